// What a business does with @kapso/whatsapp-cloud-api, which checks and reads webhooks by itself.
//
// It never asks for the token with which media is fetched, unless it is told to.

import assert from 'node:assert/strict'
import { WhatsAppClient, buildTemplateSendPayload } from '@kapso/whatsapp-cloud-api'
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server'
import {
  ACCESS_TOKEN, APP_SECRET, BASE_URL, PHONE_NUMBER_ID, RECIPIENT, WABA_ID,
  control, hear, hearStatus, listen, subscribe, take,
} from './steps.js'

const { messages, templates, media, phoneNumbers } = new WhatsAppClient({
  accessToken: ACCESS_TOKEN,
  baseUrl: BASE_URL,
  graphVersion: 'v23.0',
})
const from = { phoneNumberId: PHONE_NUMBER_ID }
const chat = { ...from, to: RECIPIENT }

const isSigned = (rawBody, signatureHeader) => verifySignature({ appSecret: APP_SECRET, rawBody, signatureHeader })

function read(webhook) {
  const { statuses, messages } = normalizeWebhook(webhook)
  const told = webhook.entry.flatMap(({ changes }) => changes).filter(({ field }) => field !== 'messages')
  return [...statuses, ...messages, ...told]
}

const callback = await listen(isSigned, read)

let code, said

const steps = {
  async 'registers its callback'() {
    await subscribe(callback)
  },
  async 'creates an authentication template'() {
    const created = await templates.create({
      businessAccountId: WABA_ID,
      name: 'login_code',
      language: 'en_US',
      category: 'AUTHENTICATION',
      messageSendTtlSeconds: 60,
      components: [
        { type: 'BODY', addSecurityRecommendation: true },
        { type: 'FOOTER', codeExpirationMinutes: 5 },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otpType: 'COPY_CODE' }] },
      ],
    })
    assert.equal(created.status, 'PENDING')
  },
  async 'hears that the template is approved'() {
    const { value } = await hear(({ field }) => field === 'message_template_status_update')
    assert.equal(value.event, 'APPROVED')
  },
  async 'lists its templates'() {
    const { data } = await templates.list({ businessAccountId: WABA_ID, status: 'APPROVED', limit: 5 })
    assert.deepEqual(data.map(({ name, category }) => [name, category]), [['login_code', 'AUTHENTICATION']])
  },
  async 'sends a code'() {
    const parameters = [{ type: 'text', text: '482913' }]
    const template = buildTemplateSendPayload({
      name: 'login_code',
      language: 'en_US',
      body: parameters,
      buttons: [{ type: 'button', subType: 'url', index: 0, parameters }],
    })
    const sent = await messages.sendTemplate({ ...chat, template, bizOpaqueCallbackData: 'order-77' })
    assert.equal(sent.contacts[0].waId, RECIPIENT)
    code = sent.messages[0].id
  },
  async 'finds the code on the phone'() {
    const inbox = await control('GET', `/_mock/phones/${RECIPIENT}?wait_secs=30`)
    assert.equal(inbox.messages[0].code, '482913')
  },
  async 'hears sent, delivered and read'() {
    for (const status of ['sent', 'delivered', 'read']) {
      assert.equal((await hearStatus(code, status)).recipientId, RECIPIENT)
    }
  },
  async 'hears an answer from the phone'() {
    await control('POST', `/_mock/phones/${RECIPIENT}/messages`, { text: 'Ça marche 🎉' })
    said = await hear(({ type }) => type === 'text')
    assert.equal(said.text.body, 'Ça marche 🎉')
    assert.equal(said.kapso.direction, 'inbound')
  },
  async 'marks the answer as read and shows that it types'() {
    const read = await messages.markRead({ ...from, messageId: said.id, typingIndicator: { type: 'text' } })
    assert.equal(read.success, true)
  },
  async 'answers with every kind of message'() {
    const link = 'https://example.com/file'
    const sent = [
      await messages.sendText({ ...chat, body: 'Hello', contextMessageId: said.id }),
      await messages.sendImage({ ...chat, image: { link, caption: 'a picture' } }),
      await messages.sendDocument({ ...chat, document: { link, filename: 'file' } }),
      await messages.sendLocation({ ...chat, location: { latitude: 59.33, longitude: 18.06 } }),
      await messages.sendReaction({ ...chat, reaction: { messageId: said.id, emoji: '👍' } }),
      await messages.sendInteractiveButtons({ ...chat, bodyText: 'Well?', buttons: [{ id: 'yes', title: 'Yes' }] }),
      await messages.sendInteractiveList({
        ...chat,
        bodyText: 'Which?',
        buttonText: 'Choose',
        sections: [{ title: 'All', rows: [{ id: 'one', title: 'One' }] }],
      }),
      await messages.sendInteractiveCtaUrl({ ...chat, bodyText: 'Go', parameters: { displayText: 'Open', url: link } }),
    ]
    for (const { messages: [message] } of sent) await hearStatus(message.id, 'delivered')
  },
  async 'uploads, fetches and deletes media'() {
    const file = new Blob(['picture'], { type: 'image/png' })
    const { id: mediaId } = await media.upload({ ...from, type: 'image/png', file, fileName: 'picture.png' })
    const fetched = await media.download({ mediaId, auth: 'always' })
    assert.equal(Buffer.from(fetched).toString(), 'picture')
    assert.equal((await media.delete({ mediaId })).success, true)
  },
  async 'reads its settings and keeps its profile'() {
    assert.equal((await phoneNumbers.settings.get(from)).userIdentityChange.enableIdentityKeyCheck, false)
    await phoneNumbers.businessProfile.update({ ...from, about: 'Codes, mostly' })
    assert.equal((await phoneNumbers.businessProfile.get(from)).data[0].about, 'Codes, mostly')
  },
  async 'registers its number'() {
    assert.equal((await phoneNumbers.register({ ...from, pin: '123456' })).success, true)
  },
  async 'is told that a template is missing'() {
    const template = { name: 'nothing', language: { code: 'en_US' } }
    await assert.rejects(messages.sendTemplate({ ...chat, template }), { code: 132001 })
  },
  async 'deletes a template'() {
    assert.equal((await templates.delete({ businessAccountId: WABA_ID, name: 'login_code' })).success, true)
  },
}

await take(steps)
