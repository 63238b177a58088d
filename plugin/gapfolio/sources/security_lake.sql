-- Amazon Security Lake, Security Hub's findings in OCSF 1.0.0-rc.2 (class 2001) and 1.1 (2002 to
-- 2004): one row a finding and resource.
SELECT
    "row",
    scanner,
    -- of Security Hub's own findings it is the version of ASFF
    CASE WHEN scanner <> 'securityhub' THEN nullif(metadata.product.version, '2018-10-08') END
        AS scanner_version,
    coalesce(nullif(cloud.provider, ''), 'aws') AS provider,
    CASE
        WHEN claimed
            THEN coalesce(
                CASE scanner
                    WHEN 'securityhub'
                        THEN coalesce(
                            nullif(compliance.control, ''),
                            nullif(regexp_extract(generator, '^security-control/(.+)$', 1), ''),
                            -- an id per standard; the catalogue knows its control
                            CASE WHEN contains(generator, '/v/') THEN generator END,
                            nullif(json_extract_string(unmapped, '$."ProductFields.ControlId"'), ''),
                            nullif(json_extract_string(unmapped, '$."ProductFields.RuleId"'), '')
                        )
                    WHEN 'guardduty' THEN nullif(threat, '')
                    WHEN 'macie' THEN nullif(threat, '')
                    WHEN 'inspector'
                        THEN coalesce(
                            nullif(vulnerabilities[1].cve.uid, ''),
                            nullif(regexp_extract(told.title, 'CVE-[0-9]{4}-[0-9]+'), ''),
                            nullif(upper(replace(category, ' ', '_')), '')
                        )
                    WHEN 'config'
                        THEN coalesce(
                            nullif(
                                json_extract_string(
                                    unmapped, '$."ProductFields.aws/config/ConfigRuleName"'
                                ),
                                ''
                            ),
                            nullif(told.title, '')
                        )
                    WHEN 'accessanalyzer'
                        THEN coalesce(
                            nullif(json_extract_string(unmapped, '$."ProductFields.findingType"'), ''),
                            nullif(replace(regexp_replace(category, ' Granted$', ''), ' ', ''), '')
                        )
                END,
                nullif(compliance.control, ''),
                generator,
                ''
            )
    END AS check_raw,
    coalesce(
        nullif(cloud.account.uid, ''),
        nullif(cloud.account_uid, ''),
        nullif(regexp_extract(resource_id, '^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):', 1), ''),
        regexp_extract(resource_id, '^AWS::::Account:([0-9]{12})$', 1)
    ) AS account,
    cloud.account.name AS account_name,
    coalesce(
        nullif(cloud.region, ''),
        nullif(thing.region, ''),
        regexp_extract(resource_id, '^arn:[^:]*:[^:]*:([a-z0-9-]+):', 1)
    ) AS region,
    resource_id AS resource,
    thing.name AS resource_name,
    thing.type AS resource_type,
    coalesce(
        CASE
            WHEN scanner = 'securityhub'
                THEN nullif(
                    lower(regexp_extract(
                        coalesce(nullif(compliance.control, ''), generator),
                        '(?:^|/|PCI[.])([A-Za-z][A-Za-z0-9]*)[.][0-9]+$',
                        1
                    )),
                    ''
                )
        END,
        regexp_extract(resource_id, '^arn:[^:]*:([a-z0-9-]+):', 1)
    ) AS service,
    CASE
        WHEN verdict IS NULL AND class_uid <> '2003' AND scanner <> 'securityhub'
            THEN CASE
                WHEN word = 'resolved' THEN 'pass'
                -- handled, suppressed or too old: only a person can tell
                WHEN closed THEN 'manual'
                ELSE 'event'
            END
        WHEN closed THEN 'not_applicable'
        WHEN verdict IN ('fail', 'failed') THEN 'fail'
        -- Security Hub calls it passed where there was nothing to evaluate
        WHEN
            verdict <> 'warning'
            AND regexp_matches(
                coalesce(
                    compliance.status_code,
                    json_extract_string(unmapped, '$."Compliance.StatusReasons[].ReasonCode"')
                ),
                'CONFIG_EVALUATIONS_EMPTY|CONFIG_RETURNS_NOT_APPLICABLE'
            )
            THEN 'not_applicable'
        WHEN verdict IN ('pass', 'passed') THEN 'pass'
        ELSE 'error'
    END AS status,
    coalesce(word = 'suppressed', FALSE) AS muted,
    CASE lower(severity) WHEN 'fatal' THEN 'critical' ELSE severity END AS severity,
    told.title AS title,
    coalesce(nullif(compliance.status_detail, ''), nullif(message, ''), told."desc") AS detail,
    thing.labels AS tags,
    CASE
        WHEN len(requirements) > 0
            THEN concat(
                '{',
                array_to_string(
                    list_transform(
                        list_sort(list_distinct(list_transform(requirements, lambda part: part.framework))),
                        lambda framework: concat(
                            to_json(framework),
                            ':',
                            to_json(list_transform(
                                list_filter(
                                    requirements,
                                    lambda part: part.framework = framework AND part.uid <> ''
                                ),
                                lambda part: part.uid
                            ))
                        )
                    ),
                    ','
                ),
                '}'
            )
    END AS frameworks,
    coalesce(nullif("time", ''), time_dt) AS observed_at,
    NULL AS local_time,
    told.uid AS finding_uid
FROM (
    SELECT
        *,
        nullif(thing.uid, '') AS resource_id,
        split_part(kind, '/', -1) AS category,
        -- the types of GuardDuty and Macie as Security Hub spells them
        CASE
            WHEN contains(kind, '/AnomalousBehavior/')
                THEN regexp_replace(kind, '^.*/([^/:]+:[A-Za-z0-9]+)-', '\1/AnomalousBehavior.')
            WHEN contains(kind, '/DefenseEvasion/EC2:')
                THEN concat('DefenseEvasion:EC2/', replace(split_part(kind, ':', 2), '-', ''))
            WHEN contains(kind, ':')
                THEN regexp_replace(
                    regexp_extract(kind, '[^/:]+:.*$'), '^([^:]+:[A-Za-z0-9]+)-', '\1/'
                )
            WHEN regexp_matches(kind, '/[A-Za-z ]+/[A-Za-z0-9]+-[^/]+$')
                THEN concat(
                    replace(split_part(kind, '/', -2), ' ', ''),
                    ':',
                    regexp_replace(split_part(kind, '/', -1), '-', '/')
                )
            ELSE kind
        END AS threat
    FROM (
        SELECT
            *,
            CASE
                WHEN brand IN (
                    'aws/securityhub',
                    'aws/guardduty',
                    'aws/inspector',
                    'aws/macie',
                    'aws/config',
                    'aws/accessanalyzer',
                    'aws/firewallmanager',
                    'aws/trustedadvisor'
                ) THEN split_part(brand, '/', 2)
                ELSE coalesce(
                    nullif(
                        regexp_replace(
                            lower(coalesce(
                                nullif(
                                    json_extract_string(unmapped, '$."ProductFields.ProviderName"'), ''
                                ),
                                nullif(
                                    json_extract_string(unmapped, '$."ProductFields.ProductName"'), ''
                                ),
                                metadata.product.name
                            )),
                            '[^a-z0-9]',
                            '',
                            'g'
                        ),
                        ''
                    ),
                    nullif(split_part(brand, '/', -1), ''),
                    'unknown'
                )
            END AS scanner,
            told.types[1] AS kind,
            unnest(
                CASE
                    WHEN len(resources) > 0 THEN resources
                    ELSE [resource]
                END
            ) AS thing
        FROM (
            SELECT
                *,
                class_uid IN ('2001', '2002', '2003', '2004')
                AND starts_with(metadata.product.uid, 'arn:')
                AND contains(metadata.product.uid, ':product/')
                AND coalesce(metadata.product.name, '') NOT IN ('Prowler', 'Gapfolio') AS claimed,
                replace(regexp_extract(metadata.product.uid, ':product/(.*)$', 1), '-', '') AS brand,
                nullif(metadata.product.feature.uid, '') AS generator,
                coalesce(finding_info, finding) AS told,
                lower(nullif(compliance.status, '')) AS verdict,
                lower(coalesce(nullif(status, ''), state)) AS word,
                coalesce(
                    lower(activity_name) = 'close'
                    OR json_extract_string(unmapped, '$."RecordState"') = 'ARCHIVED',
                    FALSE
                ) AS closed,
                list_concat(
                    list_transform(
                        list_filter(compliance.standards, lambda standard: standard <> ''),
                        lambda standard: {'framework': standard, 'uid': ''}
                    ),
                    list_transform(
                        list_filter(compliance.requirements, lambda part: part <> ''),
                        lambda part: CASE
                            WHEN contains(part, '/')
                                THEN {
                                    'framework': regexp_extract(part, '^(.*)/', 1),
                                    'uid': split_part(part, '/', -1)
                                }
                            WHEN regexp_matches(part, ' [^ ]*[0-9][^ ]*$')
                                THEN {
                                    'framework': regexp_extract(part, '^(.*) ', 1),
                                    'uid': split_part(part, ' ', -1)
                                }
                            ELSE {'framework': part, 'uid': ''}
                        END
                    )
                ) AS requirements
            FROM {elements}
        ) AS read
    ) AS seen
) AS found
