-- Findings of Security Hub's controls in Amazon Security Lake (OCSF 1.1, class 2003), as the table
-- `numbered`, with which every other query begins. This file is in Athena's dialect.
SELECT
    row_number() OVER (ORDER BY finding_info.uid, "time", activity_name) AS n,
    row_number() OVER (ORDER BY finding_info.uid, "time", activity_name) AS input_row,
    CAST('security-lake' AS varchar) AS source,
    CAST('securityhub' AS varchar) AS scanner,
    CAST('' AS varchar) AS scanner_version,
    0 AS input_id,
    CAST('aws' AS varchar) AS provider,
    coalesce(
        nullif(compliance.control, ''),
        nullif(regexp_extract(metadata.product.feature.uid, '^security-control/(.+)$', 1), ''),
        metadata.product.feature.uid,
        ''
    ) AS check_raw,
    coalesce(cloud.account.uid, '') AS account,
    CAST('' AS varchar) AS account_name,
    coalesce(cloud.region, '') AS region,
    coalesce(resource.uid, '') AS resource,
    CAST('' AS varchar) AS resource_name,
    coalesce(resource.type, '') AS resource_type,
    lower(split_part(coalesce(compliance.control, ''), '.', 1)) AS service,
    CASE
        WHEN
            lower(activity_name) = 'close'
            OR coalesce(element_at(unmapped, 'RecordState'), '') = 'ARCHIVED'
            THEN 'not_applicable'
        WHEN lower(compliance.status) IN ('fail', 'failed') THEN 'fail'
        WHEN
            lower(compliance.status) <> 'warning'
            AND compliance.status_code IN (
                'CONFIG_EVALUATIONS_EMPTY', 'CONFIG_RETURNS_NOT_APPLICABLE'
            )
            THEN 'not_applicable'
        WHEN lower(compliance.status) IN ('pass', 'passed') THEN 'pass'
        ELSE 'error'
    END AS status,
    coalesce(lower(status) = 'suppressed', FALSE) AS muted,
    CASE
        WHEN lower(severity) = 'fatal' THEN 'critical'
        WHEN lower(severity) IN ('critical', 'high', 'medium', 'low', 'informational')
            THEN lower(severity)
        ELSE 'unknown'
    END AS severity,
    coalesce(finding_info.title, '') AS title,
    coalesce(nullif(compliance.status_detail, ''), finding_info."desc", '') AS detail,
    CAST(ARRAY[] AS array(varchar)) AS tags,
    CAST('' AS varchar) AS frameworks,
    CAST(from_unixtime("time" / 1000) AS timestamp) AS observed_at,
    CAST(NULL AS timestamp) AS local_time,
    coalesce(finding_info.uid, '') AS finding_uid
FROM {table}
WHERE
    class_uid = 2003
    AND metadata.product.uid LIKE '%:product/aws/securityhub'
    AND compliance.status IS NOT NULL
    AND regexp_like(cloud.account.uid, '^[0-9]{12}$')
