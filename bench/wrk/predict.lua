-- Bodies are made before the run, so that making them is not measured. Arguments behind --: path, model, the mean think time in
-- milliseconds between an answer and the next request of its connection (0: none), and the form of a body: own (of /api/v1/predict, by
-- default), tensors (of the Open Inference Protocol, in JSON) or bytes (the same with its numbers as bytes).
local bodies = {}
local headers = {}
local path, model, think, form

local function tensors(unit, features, count)
  return string.format(
    '{"parameters":{"unit_id":"account-%d","symbol":"SPX"},"inputs":[{"name":"features","datatype":"FP32","shape":[1,%d],"data":[%s]}]}',
    unit, count, features)
end

local function bytes(unit, features, count)
  local ffi = require("ffi")
  local numbers, at = ffi.new("float[?]", count), 0
  for number in features:gmatch("[^,]+") do
    numbers[at] = tonumber(number)
    at = at + 1
  end
  local json = string.format(
    '{"parameters":{"unit_id":"account-%d","symbol":"SPX","binary_data_output":true},"inputs":[{"name":"features","datatype":"FP32","shape":[1,%d],"parameters":{"binary_data_size":%d}}]}',
    unit, count, 4 * count)
  return json .. ffi.string(numbers, 4 * count), #json
end

function init(args)
  path, model, think = args[1] or "/api/v1/predict", args[2] or "universal", tonumber(args[3] or "0")
  form = args[4] or "own"
  local file = assert(io.open(os.getenv("BENCH_ROWS") or "models/replay/sp500.csv"))
  local header = true
  for line in file:lines() do
    if not header then
      local features = line:match("^[^,]*,(.*)$")
      local unit, place = #bodies % 997, #bodies + 1
      local _, commas = features:gsub(",", "")
      if form == "tensors" then
        bodies[place] = tensors(unit, features, commas + 1)
      elseif form == "bytes" then
        local length
        bodies[place], length = bytes(unit, features, commas + 1)
        headers[place] = {["Content-Type"] = "application/octet-stream", ["Inference-Header-Content-Length"] = tostring(length)}
      else
        bodies[place] = string.format(
          '{"symbol":"SPX","unit_id":"account-%d","model":"%s","features":[%s]}', unit, model, features)
      end
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
  return wrk.format(nil, path, headers[at], bodies[at])
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
