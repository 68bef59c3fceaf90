// A shop in the middle of a busy day: orders that wait for their customer's bank, each with one attempt that the
// gateway knows, and the customer's session. The same rows for both engines. bench/load/requests.cpp uses these names.
import { createHash } from 'node:crypto';

export const merchant = 'chai_and_co';

const digits = (k, n) => String(k).padStart(n, '0');
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const items = JSON.stringify([
    { amount: 29900, name: 'Assam, first flush, 250 g', quantity: 1 },
    { amount: 20000, name: 'Nilgiri, orthodox, 250 g', quantity: 1 },
]);

function prompt(k) {
    const link = (app) => ({ app, href: `${{ gpay: 'tez://upi/pay', phonepe: 'phonepe://pay', paytm: 'paytmmp://pay',
        other: 'upi://pay' }[app]}?pa=chai@cashfree&pn=Chai&am=499.00&cu=INR&tr=${8_000_000_000 + k}` });
    return JSON.stringify({ kind: 'intent', links: ['gpay', 'phonepe', 'paytm', 'other'].map(link) });
}

export function rowsOf(k, now) {
    const orderId = `order_${digits(k, 7)}`;
    const created = now - 600_000 + k;
    return {
        orders: {
            merchant_id: merchant, order_id: orderId, version: 2, request_hash: sha256(orderId), amount_paise: 49900,
            customer_id: `customer_${digits(k, 7)}`, customer_phone: '9999999999',
            customer_email: 'asha.rao@example.com', customer_name: 'Asha Rao', items,
            return_url: `https://shop.example.com/orders/${orderId}`, payment_status: 'processing',
            fulfillment_status: 'pending', review_reason: 'none', gateway_state: 'active',
            gateway_session: `session_${sha256(`session ${k}`)}`, gateway_failures: 0, collect_refused: 0,
            last_index: 1, expires_at_ms: null, paid_at_ms: null, created_at_ms: created, updated_at_ms: created,
        },
        attempts: {
            merchant_id: merchant, order_id: orderId, attempt_id: `${created.toString(16)}${digits(k, 17)}`,
            attempt_index: 1, channel: 'intent', app: 'gpay', vpa: '', vpa_masked: '', device: 'android_phone',
            user_agent: 'Mozilla/5.0 (Linux; Android 14; Pixel 8)', status: 'pending', failure_reason: 'none',
            failure_detail: '', no_money_taken: 0, pay_state: 'answered', sum_state: '',
            gateway_payment_id: String(8_000_000_000 + k), gateway_final: 0, prompt: prompt(k), bank_reference: '',
            // Nobody asks during the run: what is measured is webhooks.
            asks: 0, next_ask_at_ms: now + 86_400_000, expires_at_ms: null, completed_at_ms: null,
            created_at_ms: created, updated_at_ms: created, unclear_at_ms: null,
        },
        sessions: {
            merchant_id: merchant, session_hash: sha256(`bench-session-of-order-${digits(k, 20)}`),
            order_id: orderId, customer_id: `customer_${digits(k, 7)}`, expires_at_ms: now + 86_400_000,
        },
    };
}

const tables = ['orders', 'attempts', 'sessions'];

export async function seedSqlite(Database, path, orders) {
    const db = new Database(path);
    db.pragma('synchronous = OFF');
    const now = Date.now();
    const insert = {};
    for (const table of tables) {
        const columns = Object.keys(rowsOf(0, now)[table]);
        insert[table] = db.prepare(
            `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
    }
    db.transaction(() => {
        for (let k = 0; k < orders; ++k) {
            const rows = rowsOf(k, now);
            for (const table of tables) insert[table].run(Object.values(rows[table]));
        }
    })();
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
}

export async function seedPostgres(pg, url, orders) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const now = Date.now();
    await client.query('BEGIN');
    for (let from = 0; from < orders; from += 2000) {
        const all = [];
        for (let k = from; k < Math.min(from + 2000, orders); ++k) all.push(rowsOf(k, now));
        for (const table of tables) {
            await client.query(
                `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`,
                [JSON.stringify(all.map((rows) => rows[table]))]);
        }
    }
    await client.query('COMMIT');
    await client.query('VACUUM ANALYZE');
    await client.end();
}
