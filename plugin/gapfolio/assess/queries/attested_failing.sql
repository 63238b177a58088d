-- The accounts in which a person attested that a practice is not kept.
select practice, account
from cells
where kind = 'attestation' and state = 'fail' and account <> ''
order by practice, account
