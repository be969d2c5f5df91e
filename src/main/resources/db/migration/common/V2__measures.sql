-- The arithmetic that aggregates, rollups and functions have in common.

-- The start of the hour or day (UTC) that a time lies in, and the first that starts at or after it. Infinite times stay as
-- they are.
create function ab_hour(at timestamptz) returns timestamptz language sql immutable parallel safe as $$
    select date_bin(interval '1 hour', at, timestamptz '2000-01-01 00:00:00+00')
$$;

create function ab_next_hour(at timestamptz) returns timestamptz language sql immutable parallel safe as $$
    select date_bin(interval '1 hour', at + interval '3599.999999 seconds', timestamptz '2000-01-01 00:00:00+00')
$$;

create function ab_day(at timestamptz) returns timestamptz language sql immutable parallel safe as $$
    select date_bin(interval '1 day', at, timestamptz '2000-01-01 00:00:00+00')
$$;

create function ab_next_day(at timestamptz) returns timestamptz language sql immutable parallel safe as $$
    select date_bin(interval '1 day', at + interval '86399.999999 seconds', timestamptz '2000-01-01 00:00:00+00')
$$;

-- DDSketch's logarithmic mapping with a relative accuracy of 0.01: gamma = 1.01 / 0.99, and bucket i holds the
-- latencies in (gamma^(i-1), gamma^i] milliseconds. What is 1 microsecond or less shares bucket -346, below all others;
-- what is above 1e9 ms (or not a number) shares the last one, 1037, so that no row can fail here.
create function ab_latency_bucket(ms double precision) returns integer language sql immutable parallel safe as $$
    select case
        when ms > 0.001
            then ceil(ln(least(ms, double precision '1e9')) / ln(double precision '1.01' / double precision '0.99'))::integer
        when ms is not null then -346
    end
$$;

-- The value that differs by at most 1% from everything in its bucket: 2 gamma^i / (gamma + 1) milliseconds.
create function ab_latency_value(bucket integer) returns double precision language sql immutable parallel safe as $$
    select 2 * power(double precision '1.01' / double precision '0.99', bucket)
        / (double precision '1.01' / double precision '0.99' + 1)
$$;

-- Mean and sample standard deviation from sufficient statistics; null where there are too few samples.
create function ab_mean(n bigint, total double precision) returns double precision
language sql immutable parallel safe as $$
    select case when n > 0 then total / n end
$$;

create function ab_stddev(n bigint, total double precision, total_of_squares double precision) returns double precision
language sql immutable parallel safe as $$
    select case when n > 1 then sqrt(greatest(total_of_squares - total * total / n, 0) / (n - 1)) end
$$;
