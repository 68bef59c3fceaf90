import pg from 'pg';

import * as sql from './sql.mjs';

// bigint columns hold milliseconds and paise, which a double keeps exactly.
pg.types.setTypeParser(20, Number);

export async function open(url, merchant) {
    const pool = new pg.Pool({ connectionString: url, max: 16 });
    const run = (client, name, values) => client.query({ name, text: sql[name], values });

    async function transact(work) {
        const client = await pool.connect();
        try {
            await client.query('BEGIN');
            await work(client);
            await client.query('COMMIT');
        } catch (error) {
            await client.query('ROLLBACK');
            throw error;
        } finally {
            client.release();
        }
    }

    async function apply(client, news) {
        const { orderId, now } = news;
        const stored = await run(client, 'insertInbox',
            [merchant, sql.rowId(now), news.key, orderId, Buffer.from(news.body), now]);
        if (stored.rowCount === 0 || news.status !== 'SUCCESS') return;
        await run(client, 'completeAttempt', [merchant, orderId, news.paymentId, news.reference, now]);
        await run(client, 'payOrder', [merchant, orderId, news.paise, now]);
    }

    return {
        applyOne: (news) => transact((client) => apply(client, news)),
        // One statement of each kind for the whole group.
        applyGroup: (group) => transact(async (client) => {
            const column = (of) => group.map(of);
            const stored = await client.query({ name: 'inboxGroup', text: groups.inbox, values: [
                merchant, column((n) => sql.rowId(n.now)), column((n) => n.key), column((n) => n.orderId),
                column((n) => Buffer.from(n.body)), column((n) => n.now)] });
            const fresh = new Set(stored.rows.map((row) => row.dedupe_key));
            const paid = group.filter((n) => fresh.has(n.key) && n.status === 'SUCCESS');
            if (paid.length === 0) return;
            const of = (value) => paid.map(value);
            const values = [merchant, of((n) => n.orderId), of((n) => n.paymentId), of((n) => n.reference),
                of((n) => n.now)];
            await client.query({ name: 'attemptGroup', text: groups.attempts, values });
            await client.query({ name: 'orderGroup', text: groups.orders, values: [
                merchant, of((n) => n.orderId), of((n) => n.paise), of((n) => n.now)] });
        }),
        find: async (orderId, sessionHash, now) =>
            (await run(pool, 'findShown', [merchant, sessionHash, orderId, now])).rows,
        close: () => pool.end(),
    };
}

const groups = {
    inbox: `
        INSERT INTO inbox (merchant_id, inbox_id, dedupe_key, kind, order_id, attempt_id, http_status, body,
            received_at_ms, due_at_ms, tries, verdict, applied_at_ms)
        SELECT $1, i, k, 'webhook', o, '', 0, b, t, NULL, 1, 'applied', t
        FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[]) AS n(i, k, o, b, t)
        ON CONFLICT DO NOTHING RETURNING dedupe_key`,
    attempts: `
        UPDATE attempts SET status = 'completed', failure_reason = 'none', gateway_final = 1, bank_reference = n.r,
            next_ask_at_ms = NULL, completed_at_ms = n.t, updated_at_ms = n.t
        FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS n(o, p, r, t)
        WHERE merchant_id = $1 AND order_id = n.o AND gateway_payment_id = n.p AND status <> 'completed'`,
    orders: `
        UPDATE orders SET payment_status = 'paid', version = version + 1, paid_at_ms = n.t, updated_at_ms = n.t,
            fulfillment_status =
                CASE fulfillment_status WHEN 'pending' THEN 'confirmed' ELSE fulfillment_status END
        FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS n(o, a, t)
        WHERE merchant_id = $1 AND order_id = n.o AND amount_paise = n.a AND payment_status <> 'paid'`,
};
