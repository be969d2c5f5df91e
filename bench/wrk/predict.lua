-- Bodies are made before the run, so that making them is not measured. Arguments behind --: path, model, and the mean think
-- time in milliseconds between an answer and the next request of its connection (0: none).
local bodies = {}
local path, model, think

function init(args)
  path, model, think = args[1] or "/api/v1/predict", args[2] or "universal", tonumber(args[3] or "0")
  local file = assert(io.open(os.getenv("BENCH_ROWS") or "models/replay/sp500.csv"))
  local header = true
  for line in file:lines() do
    if not header then
      local features = line:match("^[^,]*,(.*)$")
      bodies[#bodies + 1] = string.format(
        '{"symbol":"SPX","unit_id":"account-%d","model":"%s","features":[%s]}', #bodies % 997, model, features)
    end
    header = false
  end
  file:close()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if think == 0 then
    -- wrk takes another way, with a timer for each request, as soon as there is such a function
    delay = nil
  end
end

local at = 0

function request()
  at = at % #bodies + 1
  return wrk.format(nil, path, nil, bodies[at])
end

function delay()
  -- spread over twice the mean, or all connections would ask in step; wrk wants whole milliseconds
  return math.floor(2 * think * math.random() + math.random())
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %.1f %.3f %.3f %.3f %d %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency:percentile(99.9) / 1000, summary.requests,
    errors.status + errors.read + errors.write + errors.connect + errors.timeout))
end
