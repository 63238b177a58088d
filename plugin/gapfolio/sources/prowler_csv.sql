-- Prowler 4.0 to 5.x, CSV: one row a finding. An empty cell is NULL.
-- Prowler puts a ' before what a spreadsheet would take for a formula; the pattern
-- ^'(\s*[=+@-]|\t|\r) takes it off again.
SELECT
    "row",
    'prowler' AS scanner,
    PROWLER_VERSION AS scanner_version,
    coalesce(PROVIDER, split_part(FINDING_UID, '-', 2)) AS provider,
    -- a repeated header is no finding
    CASE WHEN STATUS IS DISTINCT FROM 'STATUS' THEN coalesce(CHECK_ID, '') END AS check_raw,
    ACCOUNT_UID AS account,
    regexp_replace(ACCOUNT_NAME, '^''(\s*[=+@-]|\t|\r)', '\1') AS account_name,
    REGION AS region,
    regexp_replace(
        coalesce(RESOURCE_UID, RESOURCE_NAME), '^''(\s*[=+@-]|\t|\r)', '\1'
    ) AS resource,
    regexp_replace(RESOURCE_NAME, '^''(\s*[=+@-]|\t|\r)', '\1') AS resource_name,
    RESOURCE_TYPE AS resource_type,
    SERVICE_NAME AS service,
    CASE upper(STATUS)
        WHEN 'PASS' THEN 'pass'
        WHEN 'FAIL' THEN 'fail'
        WHEN 'MANUAL' THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(lower(MUTED) = 'true', FALSE) AS muted,
    SEVERITY AS severity,
    regexp_replace(CHECK_TITLE, '^''(\s*[=+@-]|\t|\r)', '\1') AS title,
    regexp_replace(STATUS_EXTENDED, '^''(\s*[=+@-]|\t|\r)', '\1') AS detail,
    string_split(
        regexp_replace(RESOURCE_TAGS, '^''(\s*[=+@-]|\t|\r)', '\1'), ' | '
    ) AS tags,
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
    "TIMESTAMP" AS local_time,
    FINDING_UID AS finding_uid
FROM {elements}
