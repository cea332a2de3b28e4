// What a business does with @whatsapp-cloudapi/client, with the signatures of webhooks checked.
//
// The client only sends; its template is created over the Graph API, and its callback is a plain
// HTTP server.

import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as client from '@whatsapp-cloudapi/client'
import {
  ACCESS_TOKEN, APP_SECRET, BASE_URL, PHONE_NUMBER_ID, RECIPIENT, WABA_ID,
  control, graph, hear, hearStatus, listen, subscribe, take,
} from './steps.js'

const sender = { accessToken: ACCESS_TOKEN, from: PHONE_NUMBER_ID, baseUrl: BASE_URL }

function isSigned(body, header) {
  const expected = Buffer.from('sha256=' + createHmac('sha256', APP_SECRET).update(body).digest('hex'))
  const given = Buffer.from(header ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const read = ({ entry }) =>
  entry.flatMap(({ changes }) =>
    changes.flatMap(({ field, value }) =>
      field === 'messages' ? [...(value.statuses ?? []), ...(value.messages ?? [])] : [{ field, ...value }],
    ),
  )

const callback = await listen(isSigned, read)
let code, said, media

const steps = {
  async 'registers its callback'() {
    await subscribe(callback)
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

await take(steps)
