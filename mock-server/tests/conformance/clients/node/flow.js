// What a business does with @whatsapp-cloudapi/client, with the signatures of webhooks checked.
//
// Each step prints one line of JSON: {"step": ..., "passed": ..., "why": ...}. The client only
// sends; its template is created over the Graph API, and its callback is a plain HTTP server.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import assert from 'node:assert/strict'
import * as client from '@whatsapp-cloudapi/client'

const { BASE_URL, CONTROL_URL, PHONE_NUMBER_ID, WABA_ID, APP_ID, APP_SECRET, ACCESS_TOKEN } = process.env
const RECIPIENT = '16505551234'
const WAIT_MILLIS = 30_000
const sender = { accessToken: ACCESS_TOKEN, from: PHONE_NUMBER_ID, baseUrl: BASE_URL }

const heard = []
let wake = () => {}

/** Waits for the first update that fits, and takes it. */
async function hear(fits) {
  const until = Date.now() + WAIT_MILLIS
  for (;;) {
    const at = heard.findIndex(fits)
    if (at >= 0) return heard.splice(at, 1)[0]
    assert(Date.now() < until, 'the webhook did not come')
    await Promise.race([new Promise((resolve) => (wake = resolve)), new Promise((r) => setTimeout(r, 250))])
  }
}

const hearStatus = (id, status) => hear((update) => update.id === id && update.status === status)

function isSigned(body, header) {
  const expected = Buffer.from('sha256=' + createHmac('sha256', APP_SECRET).update(body).digest('hex'))
  const given = Buffer.from(header ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const callback = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://callback')
  if (request.method === 'GET') {
    const isKnown = url.searchParams.get('hub.verify_token') === 'known-to-both'
    response.writeHead(isKnown ? 200 : 403).end(isKnown ? url.searchParams.get('hub.challenge') : '')
    return
  }
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (!isSigned(body, request.headers['x-hub-signature-256'])) {
    response.writeHead(401).end()
    return
  }
  for (const entry of JSON.parse(body).entry) {
    for (const { field, value } of entry.changes) {
      if (field === 'messages') heard.push(...(value.statuses ?? []), ...(value.messages ?? []))
      else heard.push({ field, ...value })
    }
  }
  response.writeHead(200).end()
  wake()
})

async function graph(method, path, body, token = ACCESS_TOKEN) {
  const answer = await fetch(`${BASE_URL}/v24.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const answered = await answer.json()
  assert(answer.ok, JSON.stringify(answered))
  return answered
}

async function control(method, path, body) {
  const answer = await fetch(CONTROL_URL + path, { method, body: body && JSON.stringify(body) })
  assert(answer.ok, await answer.clone().text())
  return answer.json()
}

let code, said, media

const steps = {
  async 'registers its callback'() {
    await graph('POST', `${APP_ID}/subscriptions`, {
      object: 'whatsapp_business_account',
      callback_url: `http://127.0.0.1:${callback.address().port}/`,
      verify_token: 'known-to-both',
      fields: 'messages,message_template_status_update',
    }, `${APP_ID}|${APP_SECRET}`)
    await graph('POST', `${WABA_ID}/subscribed_apps`)
  },
  async 'creates an authentication template'() {
    const created = await graph('POST', `${WABA_ID}/message_templates`, {
      name: 'login_code',
      language: 'en_US',
      category: 'AUTHENTICATION',
      message_send_ttl_seconds: 60,
      components: [
        { type: 'BODY', add_security_recommendation: true },
        { type: 'FOOTER', code_expiration_minutes: 5 },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy Code' }] },
      ],
    })
    assert.equal(created.category, 'AUTHENTICATION')
  },
  async 'hears that the template is approved'() {
    const update = await hear((heard) => heard.field === 'message_template_status_update')
    assert.equal(update.event, 'APPROVED')
    assert.equal(update.message_template_name, 'login_code')
  },
  async 'sends a code'() {
    const parameters = [{ type: 'text', text: '482913' }]
    const sent = await client.sendTemplateMessage({
      ...sender,
      to: `+${RECIPIENT}`,
      templateName: 'login_code',
      languageCode: 'en_US',
      bizOpaqueCallbackData: 'order-77',
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: 0, parameters },
      ],
    })
    assert.equal(sent.contacts[0].wa_id, RECIPIENT)
    assert.equal(sent.messages[0].message_status, 'accepted')
    code = sent.messages[0].id
  },
  async 'finds the code on the phone'() {
    const inbox = await control('GET', `/_mock/phones/${RECIPIENT}?wait_secs=30`)
    assert.equal(inbox.messages[0].code, '482913')
  },
  async 'hears sent, delivered and read'() {
    for (const status of ['sent', 'delivered', 'read']) {
      const update = await hearStatus(code, status)
      assert.equal(update.recipient_id, RECIPIENT)
      assert.equal(update.biz_opaque_callback_data, 'order-77')
    }
  },
  async 'hears an answer from the phone'() {
    await control('POST', `/_mock/phones/${RECIPIENT}/messages`, { text: 'Ça marche 🎉 <@>' })
    const message = await hear((update) => update.type === 'text')
    assert.equal(message.text.body, 'Ça marche 🎉 <@>')
    assert.equal(message.from, RECIPIENT)
    said = message.id
  },
  async 'marks the answer as read and shows that it types'() {
    const marked = await client.markMessageRead({ ...sender, messageId: said, showTypingIndicator: true })
    assert.equal(marked.success, true)
  },
  async 'answers with text, buttons, a list and a link'() {
    const to = RECIPIENT
    const sent = [
      await client.sendTextMessage({ ...sender, to, text: 'Thank you.' }),
      await client.sendButtonsMessage({ ...sender, to, bodyText: 'Again?', buttons: [{ id: 'yes', title: 'Yes' }] }),
      await client.sendListMessage({
        ...sender, to, bodyText: 'Which?', buttonText: 'Choose',
        sections: [{ title: 'All', rows: [{ id: '1', title: 'One' }] }],
      }),
      await client.sendCTAURLMessage({
        ...sender, to, bodyText: 'Look', buttonText: 'Open', url: 'https://example.com/',
      }),
    ]
    for (const { messages } of sent) await hearStatus(messages[0].id, 'delivered')
  },
  async 'uploads an image and sends it'() {
    const file = new Blob([Buffer.from('89504e470d0a1a0a', 'hex')], { type: 'image/png' })
    media = (await client.uploadMedia({ ...sender, file })).id
    const sent = await client.sendImageMessage({ ...sender, to: RECIPIENT, mediaId: media })
    await hearStatus(sent.messages[0].id, 'delivered')
  },
  async 'is told that a template is missing'() {
    const missing = { ...sender, to: RECIPIENT, templateName: 'nothing', languageCode: 'en_US' }
    await assert.rejects(client.sendTemplateMessage(missing), /132001/)
  },
  async 'is told that text outside the window failed'() {
    const sent = await client.sendTextMessage({ ...sender, to: '16505550000', text: 'Hello' })
    const failed = await hearStatus(sent.messages[0].id, 'failed')
    assert.equal(failed.errors[0].code, 131047)
  },
}

await once(callback.listen(0, '127.0.0.1'), 'listening')
for (const [step, take] of Object.entries(steps)) {
  try {
    await take()
    console.log(JSON.stringify({ step, passed: true }))
  } catch (error) {
    console.log(JSON.stringify({ step, passed: false, why: String(error.stack) }))
  }
}
process.exit(0)
