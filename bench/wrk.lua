-- The load: the tokens of TOKENS in rotation (a file, one a line, each with a host and a path of its own behind it if
-- need be), with the headers that a mini-service's page sends.
-- PATH_AND_QUERY, HOST, METHOD, BODY from the environment. KEYED: a fresh Idempotency-Key for each call.
-- SPREAD: the first requests of so many connections leave at chance moments of two seconds, not all at once.
-- UNLIKE: no two requests have the same head (a query and a traceparent of their own). Ends with one line of JSON.
local path = os.getenv("PATH_AND_QUERY")
local method = os.getenv("METHOD") or "GET"
local body = os.getenv("BODY")
local keyed, unlike = os.getenv("KEYED"), os.getenv("UNLIKE")
local heads, ready, count, turn = {}, {}, 0, 0
local salt = os.time() % 100000

local function headers_of(line)
  local token, host = line:match("^(%S+)%s*(%S*)")
  local headers = {
    ["Host"] = host ~= "" and host or os.getenv("HOST"), ["Authorization"] = "Bearer " .. token, ["Accept"] = "application/json",
    ["Accept-Language"] = "zh-CN,zh;q=0.9", ["User-Agent"] = "Mozilla/5.0 (Linux; Android 14) OneCity/1.0",
  }
  if body and body ~= "" then headers["Content-Type"] = "application/json" end
  return headers
end

function init()
  for line in io.lines(os.getenv("TOKENS")) do
    count = count + 1
    heads[count] = headers_of(line)
    ready[count] = wrk.format(method, line:match("^%S+%s+%S+%s+(%S+)$") or path, heads[count], body)
  end
end

function request()
  turn = turn + 1
  local at = turn % count + 1
  if keyed then
    heads[at]["Idempotency-Key"] = string.format("bench-%d-%d", salt, turn)
    return wrk.format(method, path, heads[at], body)
  end
  if unlike then
    heads[at]["traceparent"] = string.format("00-%032x-%016x-01", turn + salt, turn)
    return wrk.format(method, path .. "&turn=" .. turn, heads[at], body)
  end
  return ready[at]
end

local spread, begun = tonumber(os.getenv("SPREAD") or 0), 0
if spread > 0 then
  function delay()
    begun = begun + 1
    return begun <= spread and math.random(0, 2000) or 0
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('JSON {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"socket_errors":%d,"refused":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
