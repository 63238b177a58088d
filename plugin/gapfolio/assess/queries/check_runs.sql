-- For each check, account and Region the newest run that executed it, and whether calls of the
-- check's service failed in it. left_out: it passed over what the scanner takes for unused.
select scanner, account, check_id, region, supposed, proves, left_out, failed
from (
    select
        r.scanner,
        r.account,
        c.check_id,
        g.region,
        r.supposed,
        r.proves,
        c.left_out,
        x.run_id is not null as failed,
        row_number() over (
            partition by r.scanner, r.account, c.check_id, g.region
            order by r.started desc, r.run_id
        ) as place
    from valid_runs as r
    inner join run_checks as c on c.run_id = r.run_id
    inner join run_regions as g on g.run_id = r.run_id
    left join check_services as s on s.scanner = r.scanner and s.check_id = c.check_id
    left join failed_services as x on x.run_id = r.run_id and x.service = s.service
) as placed
where place = 1
