// What the page is told: the fields of Chukta's GET /api/orders/{id}.

// Fastify makes a writer of JSON from it, which takes half the time of one that does not know the fields.
const object = (properties) => ({ type: 'object', properties });
const list = (items) => ({ type: 'array', items });
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const number = { type: 'integer' };
const flag = { type: 'boolean' };
export const viewSchema = object({
    order_id: text,
    version: number,
    merchant_name: text,
    amount: number,
    currency: text,
    items: list(object({ amount: number, name: text, quantity: number })),
    payment_status: text,
    fulfillment_status: text,
    under_review: flag,
    payable: flag,
    channels: list(object({ channel: text, allowed: flag, failures: number, closed: flag })),
    apps: list(object({ app: text })),
    attempts_left: number,
    attempt: object({
        index: number,
        channel: text,
        app: text,
        vpa_masked: text,
        status: text,
        created_at: text,
        expires_at: textOrNull,
        // The gateway's, of several kinds.
        prompt: { type: ['object', 'null'], additionalProperties: true },
    }),
    message: object({ situation: text }),
    return_url: text,
    paid_at: textOrNull,
    bank_reference: textOrNull,
    server_time: text,
});

const time = (ms) => (ms === null ? null : new Date(ms).toISOString());

const channels = ['intent', 'collect', 'qrcode'];

// The rows are an order's attempts, each with the order; a single row without one is an order that has none.
export function viewOf(rows) {
    const [order] = rows;
    const attempts = order.status === null ? [] : rows;
    const failures = (channel) => attempts.filter((a) => a.channel === channel && a.status === 'failed').length;
    const shown = attempts.filter((a) => a.attempt_index !== null).at(-1);
    const paid = attempts.find((a) => a.status === 'completed');
    return {
        order_id: order.order_id,
        version: order.version,
        merchant_name: 'Chai & Co.',
        amount: order.amount_paise,
        currency: 'INR',
        items: JSON.parse(order.items),
        payment_status: order.payment_status,
        fulfillment_status: order.fulfillment_status,
        under_review: order.review_reason !== 'none',
        payable: order.payment_status !== 'paid',
        channels: channels.map((channel) => ({
            channel, allowed: true, failures: failures(channel), closed: failures(channel) >= 3 })),
        apps: ['gpay', 'phonepe', 'paytm', 'other'].map((app) => ({ app })),
        attempts_left: 20 - order.last_index,
        attempt: shown && {
            index: shown.attempt_index,
            channel: shown.channel,
            app: shown.app,
            vpa_masked: shown.vpa_masked,
            status: shown.status,
            created_at: time(shown.created_at_ms),
            expires_at: time(shown.expires_at_ms),
            prompt: shown.prompt === '' ? null : JSON.parse(shown.prompt),
        },
        message: { situation: order.payment_status === 'paid' ? 'paid' : 'waiting' },
        return_url: order.return_url,
        paid_at: time(order.paid_at_ms),
        bank_reference: paid?.bank_reference ?? null,
        server_time: time(Date.now()),
    };
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export function pageOf(rows) {
    const view = viewOf(rows);
    const lines = view.items.map((item) =>
        `<tr><td>${escaped(item.name)}</td><td>${item.quantity}</td><td>₹${(item.amount / 100).toFixed(2)}</td></tr>`);
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pay ${escaped(view.merchant_name)}</title>
<script type="module" src="/assets/page.js"></script></head><body><h1>${escaped(view.merchant_name)}</h1>
<p>Order ${escaped(view.order_id)}</p><table>${lines.join('')}</table><p>₹${(view.amount / 100).toFixed(2)}</p>
<script id="view" type="application/json">${JSON.stringify(view).replaceAll('<', '\\u003c')}</script></body></html>`;
}
