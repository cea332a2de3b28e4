// What the flows of Node.js clients share: a callback that checks signatures, the two APIs, and one
// line of JSON for each step: {"step": ..., "passed": ..., "why": ...}.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'

export const { BASE_URL, CONTROL_URL, PHONE_NUMBER_ID, WABA_ID, APP_ID, APP_SECRET, ACCESS_TOKEN } = process.env
export const RECIPIENT = '16505551234'
const WAIT_MILLIS = 30_000

const heard = []
let wake = () => {}

/** Waits for the first update that fits, and takes it. */
export async function hear(fits) {
  const until = Date.now() + WAIT_MILLIS
  for (;;) {
    const at = heard.findIndex(fits)
    if (at >= 0) return heard.splice(at, 1)[0]
    assert(Date.now() < until, 'the webhook did not come')
    await Promise.race([new Promise((resolve) => (wake = resolve)), new Promise((r) => setTimeout(r, 250))])
  }
}

export const hearStatus = (id, status) => hear((update) => update.id === id && update.status === status)

/** Listens for webhooks; what is signed rightly is read into updates, which can then be heard. */
export async function listen(isSigned, read) {
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
    heard.push(...read(JSON.parse(body)))
    response.writeHead(200).end()
    wake()
  })
  await once(callback.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${callback.address().port}/`
}

export async function graph(method, path, body, token = ACCESS_TOKEN) {
  const answer = await fetch(`${BASE_URL}/v24.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const answered = await answer.json()
  assert(answer.ok, JSON.stringify(answered))
  return answered
}

/** Has webhooks of the app and the account sent to a callback. */
export async function subscribe(callback) {
  await graph('POST', `${APP_ID}/subscriptions`, {
    object: 'whatsapp_business_account',
    callback_url: callback,
    verify_token: 'known-to-both',
    fields: 'messages,message_template_status_update',
  }, `${APP_ID}|${APP_SECRET}`)
  await graph('POST', `${WABA_ID}/subscribed_apps`)
}

export async function control(method, path, body) {
  const answer = await fetch(CONTROL_URL + path, { method, body: body && JSON.stringify(body) })
  assert(answer.ok, await answer.clone().text())
  return answer.json()
}

/** Takes each step in turn, and ends. */
export async function take(steps) {
  for (const [step, act] of Object.entries(steps)) {
    try {
      await act()
      console.log(JSON.stringify({ step, passed: true }))
    } catch (error) {
      console.log(JSON.stringify({ step, passed: false, why: String(error.stack) }))
    }
  }
  process.exit(0)
}
