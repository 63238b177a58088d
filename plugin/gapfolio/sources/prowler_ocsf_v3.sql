-- Prowler 3.x, OCSF class 2001: one row a finding and resource.
-- labels are tags as the AWS call gave them: {"Key": k, "Value": v} or {k: v, ...}.
-- compliance.requirements are "framework: id, id".
SELECT
    "row",
    'prowler' AS scanner,
    metadata.product.version AS scanner_version,
    coalesce(nullif(cloud.provider, ''), split_part(finding.uid, '-', 2)) AS provider,
    CASE
        WHEN
            class_uid = '2001'
            AND metadata.product.name = 'Prowler'
            AND NOT coalesce(starts_with(metadata.product.uid, 'arn:'), FALSE)
            THEN coalesce(
                nullif(metadata.product.feature.uid, ''),
                nullif(regexp_extract(finding.uid, '^prowler-[^-]+-(.+?)-[0-9]{12}-', 1), ''),
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
    CASE lower(coalesce(status, compliance.status))
        WHEN 'success' THEN 'pass'
        WHEN 'failure' THEN 'fail'
        WHEN 'unknown' THEN 'manual'
        ELSE 'error'
    END AS status,
    coalesce(lower(coalesce(status, compliance.status)) = 'other', FALSE) AS muted,
    severity,
    finding.title AS title,
    coalesce(nullif(status_detail, ''), message) AS detail,
    flatten(list_transform(
        resource.labels,
        lambda label: CASE
            WHEN json_extract_string(label, '$.Key') IS NOT NULL
                THEN [
                    concat(
                        json_extract_string(label, '$.Key'),
                        '=',
                        json_extract_string(label, '$.Value')
                    )
                ]
            WHEN json_type(label) = 'OBJECT'
                THEN list_transform(
                    map_entries(json_transform(label, '"MAP(VARCHAR, VARCHAR)"')),
                    lambda tag: concat(tag.key, '=', tag.value)
                )
            ELSE [json_extract_string(label, '$')]
        END
    )) AS tags,
    CASE
        WHEN len(compliance.requirements) > 0
            THEN concat(
                '{',
                array_to_string(
                    list_transform(
                        list_filter(compliance.requirements, lambda part: contains(part, ': ')),
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
    coalesce(metadata.original_time, "time") AS local_time,
    finding.uid AS finding_uid
FROM (
    SELECT
        *,
        unnest(CASE WHEN len(resources) > 0 THEN resources ELSE [NULL] END) AS resource
    FROM {elements}
) AS found
