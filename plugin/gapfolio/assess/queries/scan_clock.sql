-- When each scan ran, in UTC: findings of one scanner, account and start time are one scan,
-- whatever the file format. A format that knows UTC lends it to one that wrote local time only;
-- where none does, local_times holds the conversion from the engagement's zone.
select
    r.scanner,
    r.account,
    r.local_time,
    coalesce(max(r.observed_at), max(z.utc)) as seen_at,
    max(r.observed_at) is null as naive
from numbered as r
left join local_times as z on z.local_time = r.local_time
where r.local_time is not null
group by r.scanner, r.account, r.local_time
