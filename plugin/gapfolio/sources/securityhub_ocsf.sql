-- AWS Security Hub, OCSF 1.5 and later: one row a finding and resource.
-- resources.uid is mostly the short id, and the ARN stands in uid_alt, but not always; an account
-- is its bare number. What has no ARN is written here as ASFF writes it.
SELECT
    "row",
    scanner,
    metadata.product.version AS scanner_version,
    coalesce(nullif(cloud.provider, ''), 'aws') AS provider,
    CASE
        WHEN claimed
            THEN coalesce(
                CASE scanner
                    WHEN 'securityhub'
                        THEN coalesce(
                            nullif(compliance.control, ''),
                            nullif(regexp_extract(finding_info.uid, ':security-control/([^/]+)/', 1), ''),
                            -- coverage by another service, and exposures
                            nullif(compliance.assessments[1].name, ''),
                            nullif(finding_info.types[1], '')
                        )
                    WHEN 'inspector'
                        THEN coalesce(
                            nullif(vulnerabilities[1].cve.uid, ''),
                            nullif(regexp_extract(finding_info.title, 'CVE-[0-9]{4}-[0-9]+'), ''),
                            nullif(
                                upper(replace(split_part(finding_info.types[1], '/', -1), ' ', '_')), ''
                            )
                        )
                    WHEN 'config' THEN nullif(finding_info.analytic.name, '')
                    WHEN 'accessanalyzer'
                        THEN nullif(
                            replace(
                                regexp_replace(
                                    split_part(finding_info.types[1], '/', -1), ' Granted$', ''
                                ),
                                ' ',
                                ''
                            ),
                            ''
                        )
                END,
                nullif(compliance.control, ''),
                nullif(regexp_replace(threat, '^(.*/)?([^/:]+:[A-Za-z0-9]+)[-/]', '\2/'), ''),
                nullif(vulnerabilities[1].cve.uid, ''),
                nullif(finding_info.analytic.name, ''),
                finding_info.title,
                ''
            )
    END AS check_raw,
    coalesce(
        nullif(cloud.account.uid, ''),
        nullif(resource.owner.account.uid, ''),
        regexp_extract(resource_id, '^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):', 1)
    ) AS account,
    cloud.account.name AS account_name,
    coalesce(
        nullif(cloud.region, ''),
        nullif(nullif(resource.region, ''), 'global'),
        regexp_extract(resource_id, '^arn:[^:]*:[^:]*:([a-z0-9-]+):', 1)
    ) AS region,
    resource_id AS resource,
    resource.name AS resource_name,
    resource.type AS resource_type,
    coalesce(
        CASE
            WHEN scanner = 'securityhub'
                THEN nullif(
                    lower(regexp_extract(compliance.control, '^([A-Za-z][A-Za-z0-9]*)[.][0-9]+$', 1)), ''
                )
        END,
        nullif(regexp_extract(resource_id, '^arn:[^:]*:([a-z0-9-]+):', 1), ''),
        lower(regexp_extract(resource.type, '^AWS::([A-Za-z0-9]+)::', 1))
    ) AS service,
    CASE
        WHEN verdict IS NULL AND class_uid <> '2003'
            THEN CASE
                -- handled or suppressed: only a person can tell
                WHEN word = 'archived' THEN 'manual'
                WHEN closed OR word = 'resolved' THEN 'pass'
                ELSE 'event'
            END
        WHEN closed THEN 'not_applicable'
        WHEN verdict IN ('fail', 'failed') THEN 'fail'
        -- Security Hub calls it passed where there was nothing to evaluate
        WHEN
            verdict <> 'warning'
            AND list_has_any(
                list_transform(compliance.assessments, lambda assessment: assessment.name),
                ['CONFIG_EVALUATIONS_EMPTY', 'CONFIG_RETURNS_NOT_APPLICABLE']
            )
            THEN 'not_applicable'
        WHEN verdict IN ('pass', 'passed') THEN 'pass'
        ELSE 'error'
    END AS status,
    coalesce(word = 'suppressed', FALSE) AS muted,
    CASE lower(severity) WHEN 'fatal' THEN 'critical' ELSE severity END AS severity,
    finding_info.title AS title,
    coalesce(
        nullif(compliance.status_detail, ''),
        nullif(compliance.assessments[1]."desc", ''),
        nullif(status_detail, ''),
        nullif(message, ''),
        finding_info."desc"
    ) AS detail,
    list_transform(
        list_filter(resource.tags, lambda tag: tag.name <> ''),
        lambda tag: concat(tag.name, '=', tag.value)
    ) AS tags,
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
    -- when it was last updated; last_seen_time stays behind where only the status was changed
    coalesce(
        nullif("time", ''),
        nullif(time_dt, ''),
        nullif(finding_info.modified_time, ''),
        nullif(finding_info.modified_time_dt, ''),
        nullif(finding_info.created_time, ''),
        finding_info.created_time_dt
    ) AS observed_at,
    NULL AS local_time,
    coalesce(nullif(finding_info.uid, ''), metadata.uid) AS finding_uid
FROM (
    SELECT
        *,
        CASE
            WHEN starts_with(resource.uid_alt, 'arn:') THEN resource.uid_alt
            WHEN resource.type = 'AWS::::Account' AND regexp_full_match(resource.uid, '[0-9]{12}')
                THEN concat('AWS::::Account:', resource.uid)
            WHEN resource.type = 'AWS::IAM::AccessKey' AND regexp_full_match(resource.uid, '[A-Z0-9]+')
                THEN concat('AWS::IAM::AccessKey:', resource.uid)
            WHEN
                resource.type = 'AWS::EC2::Instance'
                AND starts_with(resource.uid, 'i-')
                AND resource.cloud_partition <> ''
                AND resource.region <> ''
                AND resource.owner.account.uid <> ''
                THEN concat_ws(
                    ':',
                    'arn',
                    resource.cloud_partition,
                    'ec2',
                    resource.region,
                    resource.owner.account.uid,
                    concat('instance/', resource.uid)
                )
            ELSE coalesce(nullif(resource.uid, ''), nullif(resource.uid_alt, ''), resource.name)
        END AS resource_id
    FROM (
        SELECT
            *,
            CASE
                WHEN starts_with(brand, 'aws/securityhub') THEN 'securityhub'
                WHEN brand IN (
                    'aws/guardduty',
                    'aws/inspector',
                    'aws/macie',
                    'aws/config',
                    'aws/accessanalyzer',
                    'aws/firewallmanager',
                    'aws/trustedadvisor'
                ) THEN split_part(brand, '/', 2)
                ELSE coalesce(
                    nullif(regexp_replace(lower(metadata.product.name), '[^a-z0-9]', '', 'g'), ''),
                    nullif(split_part(brand, '/', -1), ''),
                    'unknown'
                )
            END AS scanner,
            class_uid IN ('2002', '2003', '2004', '2006')
            AND starts_with(metadata.product.uid, 'arn:')
            AND contains(metadata.product.uid, ':productv2/')
            AND coalesce(metadata.product.name, '') NOT IN ('Prowler', 'Gapfolio') AS claimed,
            lower(nullif(compliance.status, '')) AS verdict,
            lower(status) AS word,
            coalesce(
                lower(activity_name) = 'close' OR lower(status) IN ('archived', 'deleted'), FALSE
            ) AS closed,
            -- GuardDuty and Macie: the first of the types is a category
            coalesce(
                list_filter(finding_info.types, lambda kind: contains(kind, ':'))[1],
                finding_info.types[1]
            ) AS threat,
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
            ) AS requirements,
            unnest(CASE WHEN len(resources) > 0 THEN resources ELSE [NULL] END) AS resource
        FROM (
            SELECT
                *,
                replace(regexp_extract(metadata.product.uid, ':productv2/(.*)$', 1), '-', '') AS brand
            FROM {elements}
        ) AS read
    ) AS told
) AS found
