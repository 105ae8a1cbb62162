-- One kind of request, sent as fast as the answers come.
-- Arguments: method, file of the body or "-", prefix of Idempotency-Key or "-", file of paths, then headers "name: value".
local made, paths, method, body, prefix, turn = {}, {}, "GET", nil, nil, 0

function init(args)
  method = args[1]
  if args[2] ~= "-" then body = io.open(args[2], "rb"):read("*a") end
  if args[3] ~= "-" then prefix = args[3] end
  for line in io.lines(args[4]) do paths[#paths + 1] = line end
  for at = 5, #args do
    local name, value = args[at]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  if not prefix then
    for at, path in ipairs(paths) do made[at] = wrk.format(method, path, nil, body) end
  end
end

function request()
  turn = turn + 1
  local at = (turn - 1) % #paths + 1
  if not prefix then return made[at] end
  wrk.headers["idempotency-key"] = prefix .. turn
  return wrk.format(method, paths[at], nil, body)
end

function done(summary, latency, requests)
  local wrong = summary.errors
  local failed = wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout
  print(string.format('{"requests":%d,"microseconds":%d,"failed":%d,"p50":%d}',
    summary.requests, summary.duration, failed, latency:percentile(50)))
end
