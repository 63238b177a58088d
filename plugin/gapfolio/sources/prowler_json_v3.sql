-- Prowler 3.x, native JSON: one row a finding; the version stands nowhere.
-- ResourceTags are {k: v, ...}, or for some services a list of {"Key": k, "Value": v}.
SELECT
    "row",
    'prowler' AS scanner,
    '3' AS scanner_version,
    coalesce(nullif("Provider", ''), split_part("FindingUniqueId", '-', 2)) AS provider,
    CASE
        WHEN "CheckID" IS NOT NULL AND "FindingUniqueId" IS NOT NULL THEN "CheckID"
    END AS check_raw,
    "AccountId" AS account,
    "OrganizationsInfo".account_details_name AS account_name,
    "Region" AS region,
    coalesce(nullif("ResourceArn", ''), "ResourceId") AS resource,
    "ResourceId" AS resource_name,
    "ResourceType" AS resource_type,
    "ServiceName" AS service,
    CASE upper("Status")
        WHEN 'PASS' THEN 'pass'
        WHEN 'FAIL' THEN 'fail'
        WHEN 'INFO' THEN 'manual'
        WHEN 'MANUAL' THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(upper("Status") = 'WARNING', FALSE) AS muted,
    "Severity" AS severity,
    "CheckTitle" AS title,
    "StatusExtended" AS detail,
    CASE json_type("ResourceTags")
        WHEN 'OBJECT'
            THEN list_transform(
                map_entries(json_transform("ResourceTags", '"MAP(VARCHAR, VARCHAR)"')),
                lambda tag: concat(tag.key, '=', tag.value)
            )
        WHEN 'ARRAY'
            THEN list_transform(
                list_filter(
                    json_transform("ResourceTags", '[{"Key": "VARCHAR", "Value": "VARCHAR"}]'),
                    lambda tag: tag."Key" IS NOT NULL
                ),
                lambda tag: concat(tag."Key", '=', tag."Value")
            )
    END AS tags,
    CASE
        WHEN json_type("Compliance") = 'OBJECT' AND "Compliance" <> '{}' THEN "Compliance"
    END AS frameworks,
    NULL AS observed_at,
    "AssessmentStartTime" AS local_time,
    "FindingUniqueId" AS finding_uid
FROM {elements}
