-- Prowler 2.4 to 5.x, ASFF: one row a finding and resource.
SELECT
    "row",
    'prowler' AS scanner,
    "ProductFields"."ProviderVersion" AS scanner_version,
    'aws' AS provider,
    check_raw,
    coalesce(
        nullif("AwsAccountId", ''),
        regexp_extract(resource."Id", '^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):', 1)
    ) AS account,
    "AwsAccountName" AS account_name,
    coalesce(
        nullif("Region", ''),
        nullif(resource."Region", ''),
        regexp_extract("ProductArn", '^arn:[^:]*:securityhub:([a-z0-9-]+):', 1)
    ) AS region,
    resource."Id" AS resource,
    nullif("ProductFields"."ProwlerResourceName", resource."Id") AS resource_name,
    resource."Type" AS resource_type,
    -- Prowler 2 has no service in check11 and extra71
    CASE WHEN contains(check_raw, '_') THEN split_part(check_raw, '_', 1) END AS service,
    CASE
        WHEN upper("RecordState") = 'ARCHIVED' THEN 'not_applicable'
        WHEN upper("Compliance"."Status") IN ('PASSED', 'PASS') THEN 'pass'
        WHEN upper("Compliance"."Status") IN ('FAILED', 'FAIL') THEN 'fail'
        WHEN upper("Compliance"."Status") IN ('NOT_AVAILABLE', 'INFOED', 'INFO', 'MANUALED', 'MANUAL')
            THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(
        upper("Workflow"."Status") = 'SUPPRESSED'
        OR upper("Compliance"."Status") IN ('WARNING', 'WARNINGED', 'MUTED'),
        FALSE
    ) AS muted,
    "Severity"."Label" AS severity,
    "Title" AS title,
    "Description" AS detail,
    CASE json_type(resource."Tags")
        WHEN 'OBJECT'
            THEN list_transform(
                map_entries(json_transform(resource."Tags", '"MAP(VARCHAR, VARCHAR)"')),
                lambda tag: concat(tag.key, '=', tag.value)
            )
    END AS tags,
    -- "framework id id ...", cut at 64 characters: the last id of such a text may be half an id
    CASE
        WHEN len("Compliance"."RelatedRequirements") > 0
            THEN concat(
                '{',
                array_to_string(
                    list_transform(
                        list_filter("Compliance"."RelatedRequirements", lambda part: contains(part, ' ')),
                        lambda part: concat(
                            to_json(split_part(part, ' ', 1)),
                            ':',
                            to_json(string_split(
                                CASE
                                    WHEN length(part) < 64 THEN substr(part, strpos(part, ' ') + 1)
                                    ELSE regexp_extract(part, '^[^ ]* (.*) [^ ]*$', 1)
                                END,
                                ' '
                            ))
                        )
                    ),
                    ','
                ),
                '}'
            )
    END AS frameworks,
    coalesce(nullif("UpdatedAt", ''), "CreatedAt") AS observed_at,
    NULL AS local_time,
    "Id" AS finding_uid
FROM (
    SELECT
        *,
        CASE
            WHEN
                starts_with("ProductArn", 'arn:')
                AND contains("ProductArn", ':product/')
                AND ends_with("ProductArn", 'product/prowler/prowler')
                AND "SchemaVersion" IS NOT NULL
                THEN regexp_replace("GeneratorId", '^prowler-', '')
        END AS check_raw,
        unnest(CASE WHEN len("Resources") > 0 THEN "Resources" ELSE [NULL] END) AS resource
    FROM {elements}
) AS found
