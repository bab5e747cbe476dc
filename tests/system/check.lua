-- SPDX-License-Identifier: 0BSD
-- check.lua: Lua's libraries as a program sees the system through them: io, os, string, coroutines, garbage collection.
-- The last line is `N passed, N failed`.

local passed, failed = 0, 0

local function ok(name, holds, detail)
  if holds then
    passed = passed + 1
  else
    failed = failed + 1
    print("FAIL " .. name, detail)
  end
end

local function is(name, got, wanted)
  ok(name, got == wanted, "got " .. tostring(got) .. ", wanted " .. tostring(wanted))
end

-- io
local name = os.tmpname()
local f = assert(io.open(name, "w"))
is("io.write", f:write("line one\n", 2, "\n", 3.5, "\nlast"), f)
f:close()
f = assert(io.open(name))
is("io.read line", f:read(), "line one")
is("io.read number", f:read("n"), 2)
is("io.read float", f:read("n"), 3.5)
is("io.read newline", f:read(1), "\n")
is("io.read all", f:read("a"), "last")
is("io.read end", f:read(), nil)
is("io.seek set", f:seek("set", 5), 5)
is("io.read count", f:read(3), "one")
is("io.seek end", f:seek("end"), 19)
f:close()
ok("io.closed", not pcall(f.read, f))
local lines = 0
for _ in io.lines(name) do lines = lines + 1 end
is("io.lines", lines, 4)
f = assert(io.open(name, "a"))
f:write("\nappended")
f:close()
f = assert(io.open(name, "r+"))
f:write("LINE")
f:seek("set", 0)
is("io.update", f:read("l"), "LINE one")
f:close()
local missing, text, code = io.open("/nonexistent/file")
ok("io.open missing", missing == nil and code == 2, text)
ok("io.open directory", (function()
  local d = io.open("/", "r")
  return d == nil or d:read(1) == nil
end)())
f = assert(io.open(name, "wb"))
f:setvbuf("full", 1024)
local big = string.rep("0123456789abcdef", 65536)
f:write(big)
f:close()
f = assert(io.open(name, "rb"))
is("io.megabyte", f:read("a") == big, true)
f:close()
local p = assert(io.popen("echo from popen; exit 3"))
is("io.popen", p:read("a"), "from popen\n")
local good, how, status = p:close()
ok("io.popen status", not good and how == "exit" and status == 3)
p = assert(io.popen("cat >" .. name, "w"))
p:write("through a pipe")
p:close()
f = assert(io.open(name))
is("io.popen write", f:read("a"), "through a pipe")
f:close()
is("io.type", io.type(f), "closed file")
local t = io.tmpfile()
ok("io.tmpfile", t)
if t then
  t:write("x"); t:seek("set"); is("io.tmpfile read", t:read("a"), "x"); t:close()
end

-- os
ok("os.time", os.time() > 0)
is("os.time fields", os.time({year = 2000, month = 1, day = 1, hour = 12}), 946728000)
is("os.date", os.date("!%Y-%m-%d %H:%M:%S", 86400), "1970-01-02 00:00:00")
is("os.date table", os.date("!*t", 0).year, 1970)
is("os.getenv", os.getenv("NO_SUCH_VARIABLE"), nil)
ok("os.getenv PATH", os.getenv("PATH"))
is("os.execute", select(3, os.execute("exit 5")), 5)
ok("os.execute true", os.execute("true"))
is("os.execute signal", select(2, os.execute("kill -9 $$")), "signal")
ok("os.execute shell", os.execute())
ok("os.rename", os.rename(name, name .. ".new"))
is("os.rename old", io.open(name), nil)
ok("os.remove", os.remove(name .. ".new"))
ok("os.remove missing", not os.remove(name))
local c = os.clock()
for i = 1, 200000 do c = c + 0 end
ok("os.clock", os.clock() >= c)
is("os.difftime", os.difftime(5, 3), 2.0)

-- string
is("string.format", string.format("%5.2f|%-4d|%q|%x", 3.14159, 42, "a\nb", 255), ' 3.14|42  |"a\\\nb"|ff')
is("string.gsub", (("hello world"):gsub("o", "0")), "hell0 w0rld")
is("string.find", ("abc123def"):find("%d+"), 4)
is("string.match", ("key = value"):match("^(%w+)%s*=%s*(%w+)$"), "key")
is("string.rep", ("ab"):rep(3, "-"), "ab-ab-ab")
is("string.byte", ("A"):byte(), 65)
is("string.pack", string.unpack("<i4", string.pack("<i4", -7)), -7)
is("string.len", #("\0zero\0"), 6)
is("utf8", utf8.len("grün€"), 5)
is("tostring float", tostring(0.1), "0.1")
is("tonumber", tonumber("0x1p4"), 16.0)
is("float.huge", tostring(math.huge), "inf")
is("integer.wrap", math.maxinteger + 1, math.mininteger)
is("math", math.floor(-3.5), -4)
ok("math.sin", math.abs(math.sin(math.pi / 6) - 0.5) < 1e-12)
ok("math.exp", math.abs(math.log(math.exp(10)) - 10) < 1e-12)

-- tables, closures, errors
local list = {}
for i = 1, 1000 do list[i] = (i * 7919) % 1000 end
table.sort(list)
is("table.sort", list[1] <= list[2] and list[999] <= list[1000], true)
is("table.concat", table.concat({1, 2, 3}, ","), "1,2,3")
is("pcall", select(2, pcall(error, {code = 7})).code, 7)
is("error position", (select(2, pcall(function() error("here") end)):match(":(%d+): here$") ~= nil), true)
is("xpcall", select(2, xpcall(function() local x = nil; return x.y end, function(m) return "handled" end)), "handled")
local depth = 0
local function deep() depth = depth + 1; return 1 + deep() end
ok("stack overflow", not pcall(deep) and depth > 1000)

-- coroutines
local producer = coroutine.wrap(function()
  for i = 1, 5 do coroutine.yield(i * i) end
  return "end"
end)
local sum = 0
for i = 1, 5 do sum = sum + producer() end
is("coroutine", sum, 55)
is("coroutine.end", producer(), "end")
local co = coroutine.create(function(a)
  local b = coroutine.yield(a + 1)
  error("inside " .. b)
end)
is("coroutine.resume", select(2, coroutine.resume(co, 1)), 2)
ok("coroutine.error", not coroutine.resume(co, "x"))
is("coroutine.status", coroutine.status(co), "dead")
local many = {}
for i = 1, 2000 do many[i] = coroutine.wrap(function() coroutine.yield(i) end) end
sum = 0
for i = 1, 2000 do sum = sum + many[i]() end
is("coroutine.many", sum, 2001000)

-- garbage collection
many = nil
local collected = 0
for i = 1, 1000 do setmetatable({}, {__gc = function() collected = collected + 1 end}) end
collectgarbage()
is("gc.finalizers", collected, 1000)
local weak = setmetatable({}, {__mode = "v"})
weak[1] = {}
collectgarbage()
is("gc.weak", weak[1], nil)
collectgarbage()
local before = collectgarbage("count")
do
  local garbage = {}
  for i = 1, 100000 do garbage[i] = {i} end
end
collectgarbage()
ok("gc.given back", collectgarbage("count") < before + 512)
collectgarbage("generational")
for i = 1, 100000 do local _ = {i, tostring(i)} end
collectgarbage("incremental")
for i = 1, 100000 do local _ = {i, tostring(i)} end
ok("gc.modes", collectgarbage("count") > 0)
is("load", load("return 1 + 1")(), 2)
ok("load error", not load("return +"))
is("require", require("string"), string)

print(string.format("%d passed, %d failed", passed, failed))
os.exit(failed == 0)
