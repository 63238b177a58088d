-- AWS Security Finding Format: one row a finding and resource.
SELECT
    "row",
    scanner,
    coalesce(
        "ProductFields"."ProviderVersion", "ProductFields"."aws/inspector/ProductVersion"
    ) AS scanner_version,
    CASE
        WHEN scanner = 'electriceye' THEN coalesce(nullif("ProductFields"."Provider", ''), 'aws')
        ELSE 'aws'
    END AS provider,
    check_raw,
    coalesce(
        nullif("AwsAccountId", ''),
        nullif(regexp_extract(resource."Id", '^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):', 1), ''),
        regexp_extract(resource."Id", '^AWS::::Account:([0-9]{12})$', 1)
    ) AS account,
    "AwsAccountName" AS account_name,
    coalesce(
        nullif("Region", ''),
        nullif(resource."Region", ''),
        nullif(regexp_extract(resource."Id", '^arn:[^:]*:[^:]*:([a-z0-9-]+):', 1), ''),
        regexp_extract("ProductArn", '^arn:[^:]*:securityhub:([a-z0-9-]+):', 1)
    ) AS region,
    resource."Id" AS resource,
    NULL AS resource_name,
    resource."Type" AS resource_type,
    -- EC2.19, PCI.EC2.1, .../v/1.0.0/EC2.19; the controls of CIS only have numbers
    coalesce(
        CASE
            WHEN scanner = 'securityhub'
                THEN nullif(
                    lower(regexp_extract(check_raw, '([A-Za-z][A-Za-z0-9]*)[.][0-9]+$', 1)), ''
                )
        END,
        regexp_extract(resource."Id", '^arn:[^:]*:([a-z0-9-]+):', 1)
    ) AS service,
    CASE
        WHEN "ProductFields"."aws/guardduty/service/additionalInfo/sample" = 'true'
            THEN 'not_applicable'
        -- a threat or a vulnerability, open or handled
        WHEN verdict IS NULL AND NOT is_control AND resolved THEN 'pass'
        -- handled, suppressed or too old: only a person can tell
        WHEN verdict IS NULL AND NOT is_control AND archived THEN 'manual'
        WHEN verdict IS NULL AND NOT is_control THEN 'event'
        -- ElectricEye archives what passes
        WHEN archived AND NOT (scanner = 'electriceye' AND starts_with(verdict, 'PASS'))
            THEN 'not_applicable'
        -- Security Hub calls it passed where there was nothing to evaluate
        WHEN
            verdict IN ('PASSED', 'NOT_AVAILABLE')
            AND list_has_any(
                list_transform(
                    "Compliance"."StatusReasons", lambda reason: reason."ReasonCode"
                ),
                ['CONFIG_EVALUATIONS_EMPTY', 'CONFIG_RETURNS_NOT_APPLICABLE']
            )
            THEN 'not_applicable'
        -- and has a few PASSSED
        WHEN verdict = 'PASSED' OR (scanner = 'electriceye' AND starts_with(verdict, 'PASS'))
            THEN 'pass'
        -- access that is not used has no other word than that there is a finding
        WHEN verdict = 'FAILED' OR (scanner = 'accessanalyzer' AND verdict IS NULL) THEN 'fail'
        ELSE 'error'
    END AS status,
    coalesce(upper("Workflow"."Status") = 'SUPPRESSED', FALSE) AS muted,
    coalesce(
        nullif("Severity"."Label", ''),
        nullif("ProductFields"."aws/securityhub/SeverityLabel", ''),
        CASE
            WHEN normalized >= 90 THEN 'critical'
            WHEN normalized >= 70 THEN 'high'
            WHEN normalized >= 40 THEN 'medium'
            WHEN normalized >= 1 THEN 'low'
            WHEN normalized >= 0 THEN 'informational'
        END,
        "FindingProviderFields"."Severity"."Label"
    ) AS severity,
    "Title" AS title,
    coalesce(
        nullif("ProductFields"."aws/securityhub/annotation", ''),
        nullif("Compliance"."StatusReasons"[1]."Description", ''),
        "Description"
    ) AS detail,
    CASE json_type(resource."Tags")
        WHEN 'OBJECT'
            THEN list_transform(
                map_entries(json_transform(resource."Tags", '"MAP(VARCHAR, VARCHAR)"')),
                lambda tag: concat(tag.key, '=', tag.value)
            )
        WHEN 'ARRAY'
            THEN list_transform(
                list_filter(
                    json_transform(resource."Tags", '[{"Key": "VARCHAR", "Value": "VARCHAR"}]'),
                    lambda tag: tag."Key" IS NOT NULL
                ),
                lambda tag: concat(tag."Key", '=', tag."Value")
            )
    END AS tags,
    CASE
        WHEN len(requirements) > 0
            THEN concat(
                '{',
                array_to_string(
                    list_transform(
                        requirements,
                        lambda part, place: concat(
                            CASE
                                WHEN place = 1 THEN concat(to_json(names[place]), ':[')
                                WHEN names[place - 1] <> names[place]
                                    THEN concat('],', to_json(names[place]), ':[')
                                -- the name alone sorts before the name with an id
                                WHEN ends_with(requirements[place - 1], chr(31)) THEN ''
                                ELSE ','
                            END,
                            to_json(nullif(split_part(part, chr(31), 2), ''))
                        )
                    ),
                    ''
                ),
                ']}'
            )
    END AS frameworks,
    coalesce(nullif("LastObservedAt", ''), nullif("UpdatedAt", ''), "CreatedAt") AS observed_at,
    NULL AS local_time,
    "Id" AS finding_uid
FROM (
    SELECT
        *,
        coalesce(
            scanner IN ('securityhub', 'config', 'electriceye', 'powerpipe')
            -- checks of other products, whose verdict is not said
            OR (
                regexp_matches("Types"[1], '/(AWS Security Best Practices|Industry and Regulatory)')
                AND scanner NOT IN ('guardduty', 'inspector', 'macie', 'accessanalyzer', 'health')
            )
            OR (scanner = 'accessanalyzer' AND starts_with(category, 'Unused')),
            FALSE
        ) AS is_control,
        list_transform(requirements, lambda part: split_part(part, chr(31), 1)) AS names,
        CASE
            WHEN claimed
                THEN coalesce(
                    CASE scanner
                        WHEN 'securityhub'
                            THEN coalesce(
                                nullif(control, ''),
                                nullif(regexp_extract("GeneratorId", '^security-control/(.+)$', 1), ''),
                                -- an id per standard; the catalogue knows its control
                                CASE WHEN contains("GeneratorId", '/v/') THEN "GeneratorId" END,
                                nullif("ProductFields"."ControlId", ''),
                                nullif("ProductFields"."RuleId", '')
                            )
                        WHEN 'guardduty' THEN nullif(threat, '')
                        WHEN 'macie' THEN nullif(threat, '')
                        WHEN 'inspector'
                            THEN coalesce(
                                nullif("Vulnerabilities"[1]."Id", ''),
                                nullif(regexp_extract("Title", 'CVE-[0-9]{4}-[0-9]+'), ''),
                                nullif(upper(replace(category, ' ', '_')), '')
                            )
                        WHEN 'config'
                            -- without what deploying a rule adds to its name
                            THEN regexp_replace(
                                coalesce(
                                    nullif("ProductFields"."aws/config/ConfigRuleName", ''),
                                    nullif("Title", '')
                                ),
                                '^(securityhub-(.+)-[0-9a-f]{8}|OrgConfigRule-(.+)-[0-9a-z]{8}|(.+)-conformance-pack-[0-9a-z]{9})$',
                                '\2\3\4'
                            )
                        WHEN 'accessanalyzer'
                            THEN coalesce(
                                nullif("ProductFields"."findingType", ''),
                                nullif(replace(replace(category, 'Granted', ''), ' ', ''), '')
                            )
                        WHEN 'electriceye'
                            THEN coalesce(
                                nullif(regexp_extract("Title", '^\[([^\]]+)\]', 1), ''),
                                nullif(split_part("GeneratorId", '/', -1), '')
                            )
                        WHEN 'powerpipe'
                            THEN regexp_replace("GeneratorId", '^(powerpipe|steampipe)-', '')
                        WHEN 'trivy'
                            THEN coalesce(
                                nullif(regexp_extract("GeneratorId", '^Trivy/(.+)$', 1), ''),
                                nullif(regexp_extract("Id", '/((CVE|GHSA)-[0-9A-Za-z-]+)$', 1), ''),
                                nullif(category, '')
                            )
                        WHEN 'hdf' THEN nullif(regexp_extract("GeneratorId", '/rule/(.+)$', 1), '')
                    END,
                    "GeneratorId"
                )
        END AS check_raw
    FROM (
        SELECT
            *,
            CASE
                WHEN starts_with(product, 'aws/') AND brand IN (
                    'securityhub',
                    'guardduty',
                    'inspector',
                    'macie',
                    'config',
                    'accessanalyzer',
                    'firewallmanager',
                    'trustedadvisor'
                ) THEN brand
                WHEN reformatted THEN 'hdf'
                WHEN named = 'steampipe' THEN 'powerpipe'
                ELSE coalesce(nullif(named, ''), nullif(brand, ''), 'unknown')
            END AS scanner,
            -- the types of GuardDuty and Macie as Security Hub spells them
            CASE
                WHEN contains("Types"[1], '/AnomalousBehavior/')
                    THEN regexp_replace(
                        "Types"[1], '^.*/([^/:]+:[A-Za-z0-9]+)-', '\1/AnomalousBehavior.'
                    )
                WHEN contains("Types"[1], '/DefenseEvasion/EC2:')
                    THEN concat('DefenseEvasion:EC2/', replace(split_part("Types"[1], ':', 2), '-', ''))
                WHEN contains("Types"[1], ':')
                    THEN regexp_replace(
                        regexp_extract("Types"[1], '[^/:]+:.*$'), '^([^:]+:[A-Za-z0-9]+)-', '\1/'
                    )
                WHEN regexp_matches("Types"[1], '/[A-Za-z ]+/[A-Za-z0-9]+-[^/]+$')
                    THEN concat(
                        replace(split_part("Types"[1], '/', -2), ' ', ''),
                        ':',
                        regexp_replace(category, '-', '/')
                    )
                ELSE "Types"[1]
            END AS threat,
            unnest(
                CASE
                    -- MITRE SAF keeps the code of a test in a second resource
                    WHEN reformatted THEN ["Resources"[1]]
                    WHEN len("Resources") > 0 THEN "Resources"
                    ELSE [NULL]
                END
            ) AS resource
        FROM (
            SELECT
                *,
                starts_with("ProductArn", 'arn:')
                AND contains("ProductArn", ':product/')
                AND NOT ends_with("ProductArn", 'product/prowler/prowler')
                AND "SchemaVersion" IS NOT NULL
                AND "GeneratorId" IS NOT NULL
                AND NOT starts_with("GeneratorId", 'gapfolio/')
                AND NOT (reformatted AND "Compliance" IS NULL) AS claimed,
                CASE
                    WHEN "Compliance" IS NOT NULL THEN coalesce(upper("Compliance"."Status"), '')
                END AS verdict,
                coalesce(upper("RecordState") = 'ARCHIVED', FALSE) AS archived,
                coalesce(upper("Workflow"."Status") = 'RESOLVED', FALSE) AS resolved,
                CASE
                    WHEN starts_with("Compliance"."SecurityControlId", '[')
                        THEN regexp_extract("Compliance"."SecurityControlId", '"([^"]+)"', 1)
                    ELSE "Compliance"."SecurityControlId"
                END AS control,
                try_cast("Severity"."Normalized" AS DOUBLE) AS normalized,
                split_part("Types"[1], '/', -1) AS category,
                regexp_replace(lower(split_part(product, '/', 2)), '[^a-z0-9]', '', 'g') AS brand,
                regexp_replace(
                    lower(coalesce(
                        nullif("ProductFields"."ProviderName", ''),
                        nullif("ProductFields"."ProductName", ''),
                        nullif("ProductFields"."Product Name", ''),
                        nullif(nullif("ProductName", ''), 'Default'),
                        nullif("ProductFields"."aws/securityhub/ProductName", 'Default')
                    )),
                    '[^a-z0-9]',
                    '',
                    'g'
                ) AS named,
                -- framework and id, sorted: NIST.800-53.r5 AC-2; PCI DSS v3.2.1/8.2.4
                list_sort(list_filter(
                    list_concat(
                        list_transform(
                            "Compliance"."AssociatedStandards",
                            lambda standard: concat(standard."StandardsId", chr(31))
                        ),
                        list_transform(
                            "Compliance"."RelatedRequirements",
                            lambda part: CASE
                                WHEN contains(part, '/')
                                    THEN concat(
                                        left(part, length(part) - length(split_part(part, '/', -1)) - 1),
                                        chr(31),
                                        split_part(part, '/', -1)
                                    )
                                WHEN contains(part, ' ')
                                    THEN concat(
                                        left(part, length(part) - length(split_part(part, ' ', -1)) - 1),
                                        chr(31),
                                        split_part(part, ' ', -1)
                                    )
                                ELSE concat(part, chr(31))
                            END
                        )
                    ),
                    lambda part: NOT starts_with(part, chr(31))
                )) AS requirements
            FROM (
                SELECT
                    *,
                    coalesce(
                        starts_with("FindingProviderFields"."Types"[1], 'MITRE/SAF/'), FALSE
                    ) AS reformatted,
                    regexp_extract("ProductArn", ':product/(.*)$', 1) AS product
                FROM {elements}
            ) AS read
        ) AS told
    ) AS called
) AS found
