-- Prowler 4.0 to 5.x, OCSF class 2004: one row a finding and resource.
-- labels are "key:value"; AWS's own keys hold colons themselves (aws:cloudformation:stack-name).
SELECT
    "row",
    'prowler' AS scanner,
    metadata.product.version AS scanner_version,
    -- Kubernetes findings have no cloud; the uid names the provider in every version
    coalesce(
        nullif(cloud.provider, ''),
        nullif(unmapped.provider, ''),
        split_part(finding_info.uid, '-', 2)
    ) AS provider,
    CASE
        WHEN
            class_uid = '2004'
            AND metadata.product.name = 'Prowler'
            AND NOT coalesce(starts_with(metadata.product.uid, 'arn:'), FALSE)
            THEN coalesce(
                nullif(metadata.event_code, ''),
                -- 4.0: prowler-aws-<check>-<account>-<region>-<name>
                nullif(regexp_extract(finding_info.uid, '^prowler-[^-]+-(.+?)-[0-9]{12}-', 1), ''),
                regexp_extract(finding_info.uid, '^prowler-[^-]+-([^-]+)-', 1),
                ''
            )
    END AS check_raw,
    cloud.account.uid AS account,
    cloud.account.name AS account_name,
    coalesce(nullif(cloud.region, ''), resource.region) AS region,
    coalesce(nullif(resource.uid, ''), resource.name) AS resource,
    resource.name AS resource_name,
    resource.type AS resource_type,
    resource.group.name AS service,
    CASE upper(status_code)
        WHEN 'PASS' THEN 'pass'
        WHEN 'FAIL' THEN 'fail'
        WHEN 'MANUAL' THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(status = 'Suppressed', FALSE) AS muted,
    severity,
    finding_info.title AS title,
    coalesce(nullif(status_detail, ''), message) AS detail,
    list_transform(
        resource.labels,
        lambda label: regexp_replace(label, '^(aws:createdBy|aws:[^:]+:[^:]+|[^:]*):', '\1=')
    ) AS tags,
    CASE WHEN unmapped.compliance NOT IN ('{}', 'null') THEN unmapped.compliance END AS frameworks,
    coalesce("time", event_time) AS observed_at,
    coalesce(time_dt, event_time) AS local_time,
    finding_info.uid AS finding_uid
FROM (
    SELECT
        *,
        unnest(CASE WHEN len(resources) > 0 THEN resources ELSE [NULL] END) AS resource
    FROM {elements}
) AS found
