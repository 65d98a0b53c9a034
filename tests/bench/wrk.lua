-- SPDX-License-Identifier: Apache-2.0
-- wrk's script: each webhook of presign's files once. BENCH_REQUESTS is their name without
-- the number of the thread, BENCH_WANT a text of every good answer.
local threads = {}

function setup(thread)
	thread:set("id", #threads)
	table.insert(threads, thread)
end

function init()
	-- Globals, since done() reads them from another state.
	sent, wrong, exhausted = 0, 0, false
	file = assert(io.open(os.getenv("BENCH_REQUESTS") .. "." .. id))
	file:setvbuf("full", 1048576)
	want = os.getenv("BENCH_WANT")
	head = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] ..
		"\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n" ..
		"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n" ..
		"X-Twilio-Signature: "
	-- wrk asks its first thread for one request only to look at it.
	looks = id == 0
end

function request()
	if looks then
		looks = false
		return wrk.format("GET", wrk.path)
	end
	local line = file:read("*l")
	if line == nil then
		exhausted = true
		return wrk.format("GET", "/exhausted")
	end
	local tab = line:find("\t", 1, true)
	sent = sent + 1
	return head .. line:sub(1, tab - 1) .. "\r\nContent-Length: " .. (#line - tab) ..
		"\r\n\r\n" .. line:sub(tab + 1)
end

function response(status, _, body)
	if status ~= 200 or not body:find(want, 1, true) then
		wrong = wrong + 1
		if wrong < 3 then
			io.stderr:write(status, " ", body:sub(1, 300), "\n")
		end
	end
end

function done(summary, latency)
	local all, bad, empty = 0, 0, 0
	for _, thread in ipairs(threads) do
		all = all + thread:get("sent")
		bad = bad + thread:get("wrong")
		empty = empty + (thread:get("exhausted") and 1 or 0)
	end
	local e = summary.errors
	io.write(string.format('{"answered":%d,"us":%d,"p50_us":%d,"p99_us":%d,"sent":%d,' ..
		'"wrong":%d,"exhausted":%d,"errors":{"connect":%d,"read":%d,"write":%d,' ..
		'"timeout":%d}}\n',
		summary.requests, summary.duration, latency:percentile(50),
		latency:percentile(99), all, bad, empty,
		e.connect, e.read, e.write, e.timeout))
end
