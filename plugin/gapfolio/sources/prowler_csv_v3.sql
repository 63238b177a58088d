-- Prowler 3.x, CSV: one row a finding. An empty cell is NULL; the version stands nowhere.
SELECT
    "row",
    'prowler' AS scanner,
    '3' AS scanner_version,
    coalesce(PROVIDER, split_part(FINDING_UNIQUE_ID, '-', 2)) AS provider,
    -- a repeated header is no finding
    CASE WHEN STATUS IS DISTINCT FROM 'STATUS' THEN coalesce(CHECK_ID, '') END AS check_raw,
    ACCOUNT_ID AS account,
    ACCOUNT_NAME AS account_name,
    REGION AS region,
    coalesce(RESOURCE_ARN, RESOURCE_ID) AS resource,
    RESOURCE_ID AS resource_name,
    RESOURCE_TYPE AS resource_type,
    SERVICE_NAME AS service,
    CASE upper(STATUS)
        WHEN 'PASS' THEN 'pass'
        WHEN 'FAIL' THEN 'fail'
        WHEN 'INFO' THEN 'manual'
        WHEN 'MANUAL' THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(upper(STATUS) = 'WARNING', FALSE) AS muted,
    SEVERITY AS severity,
    CHECK_TITLE AS title,
    STATUS_EXTENDED AS detail,
    string_split(RESOURCE_TAGS, ' | ') AS tags,
    CASE
        WHEN contains(COMPLIANCE, ': ')
            THEN concat(
                '{',
                array_to_string(
                    list_transform(
                        list_filter(string_split(COMPLIANCE, ' | '), lambda part: contains(part, ': ')),
                        lambda part: concat(
                            to_json(split_part(part, ': ', 1)),
                            ':',
                            to_json(string_split(substr(part, strpos(part, ': ') + 2), ', '))
                        )
                    ),
                    ','
                ),
                '}'
            )
    END AS frameworks,
    NULL AS observed_at,
    ASSESSMENT_START_TIME AS local_time,
    FINDING_UNIQUE_ID AS finding_uid
FROM {elements}
