-- What a source's query yields becomes rows of `raw`: words checked, times sorted, gaps filled.
-- check_raw stays as it is: NULL means that the source does not know the element, and the table
-- refuses it.
INSERT INTO raw BY NAME
SELECT
    '{source}' AS source,
    coalesce(scanner, '') AS scanner,
    coalesce(scanner_version, '') AS scanner_version,
    {input_id} AS input_id,
    "row",
    lower(coalesce(provider, '')) AS provider,
    check_raw,
    coalesce(account, '') AS account,
    coalesce(account_name, '') AS account_name,
    coalesce(region, '') AS region,
    coalesce(resource, '') AS resource,
    coalesce(resource_name, '') AS resource_name,
    coalesce(resource_type, '') AS resource_type,
    coalesce(service, '') AS service,
    CASE
        WHEN lower(status) IN ('pass', 'fail', 'manual', 'not_applicable', 'event') THEN lower(status)
        ELSE 'error'
    END AS status,
    coalesce(muted, FALSE) AS muted,
    CASE
        WHEN lower(severity) IN ('critical', 'high', 'medium', 'low', 'informational')
            THEN lower(severity)
        ELSE 'unknown'
    END AS severity,
    coalesce(title, '') AS title,
    coalesce(detail, '') AS detail,
    coalesce(list_filter(CAST(tags AS VARCHAR[]), lambda tag: tag <> ''), []) AS tags,
    coalesce(CAST(frameworks AS VARCHAR), '') AS frameworks,
    -- numbers are epochs, told apart by their length: seconds, milliseconds, micro-, nanoseconds
    list_any_value(list_transform(
        [observed_text, local_text],
        lambda moment: CASE
            WHEN regexp_full_match(moment, '[0-9]{9,19}([.][0-9]*)?')
                THEN make_timestamp(
                    CASE
                        WHEN length(split_part(moment, '.', 1)) > 17
                            THEN try_cast(split_part(moment, '.', 1) AS BIGINT) // 1000
                        WHEN length(split_part(moment, '.', 1)) > 14
                            THEN CAST(split_part(moment, '.', 1) AS BIGINT)
                        WHEN length(split_part(moment, '.', 1)) > 11
                            THEN CAST(split_part(moment, '.', 1) AS BIGINT) * 1000
                        ELSE CAST(split_part(moment, '.', 1) AS BIGINT) * 1000000
                    END
                )
            WHEN regexp_matches(moment, ':[0-9]{2}([.][0-9]+)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$')
                THEN make_timestamp(epoch_us(try_cast(moment AS TIMESTAMPTZ)))
        END
    )) AS observed_at,
    list_any_value(list_transform(
        [local_text, observed_text],
        lambda moment: CASE
            WHEN
                NOT regexp_matches(
                    moment, ':[0-9]{2}([.][0-9]+)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$'
                )
                THEN try_cast(moment AS TIMESTAMP)
        END
    )) AS local_time,
    coalesce(finding_uid, '') AS finding_uid
FROM (
    SELECT
        *,
        CASE
            WHEN typeof(observed_at) IN ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS')
                THEN concat(CAST(observed_at AS VARCHAR), 'Z')
            ELSE trim(CAST(observed_at AS VARCHAR))
        END AS observed_text,
        trim(CAST(local_time AS VARCHAR)) AS local_text
    FROM (
        {query}
    ) AS found
) AS timed
