-- Sends of codes to 20,000 recipients, one after the other; made before the run, so that making
-- them costs nothing during it. The two that come from the environment are filled in before.

local requests, at = {}, 0

local body = '{"messaging_product":"whatsapp","recipient_type":"individual","to":"%s","type":"template",' ..
  '"template":{"name":"login_code","language":{"code":"en_US"},"components":[' ..
  '{"type":"body","parameters":[{"type":"text","text":"%06d"}]},' ..
  '{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"%06d"}]}]}}'

function init()
  local headers = {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. os.getenv("MOCK_TOKEN"),
  }
  for nth = 1, 20000 do
    local to = string.format("1650%07d", 2000000 + nth * 37)
    local text = string.format(body, to, nth, nth)
    requests[nth] = wrk.format("POST", os.getenv("MOCK_PATH"), headers, text)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
