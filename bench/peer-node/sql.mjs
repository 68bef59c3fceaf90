// What a webhook does, on both engines ($n where the engine wants ?n is its file's matter). One transaction: the inbox
// row with its unique key, the attempt, and the order (paid is final).
export const insertInbox = `
    INSERT INTO inbox (merchant_id, inbox_id, dedupe_key, kind, order_id, attempt_id, http_status, body, received_at_ms,
        due_at_ms, tries, verdict, applied_at_ms)
    VALUES ($1, $2, $3, 'webhook', $4, '', 0, $5, $6, NULL, 1, 'applied', $6) ON CONFLICT DO NOTHING`;

export const completeAttempt = `
    UPDATE attempts SET status = 'completed', failure_reason = 'none', gateway_final = 1, bank_reference = $4,
        next_ask_at_ms = NULL, completed_at_ms = $5, updated_at_ms = $5
    WHERE merchant_id = $1 AND order_id = $2 AND gateway_payment_id = $3 AND status <> 'completed'`;

export const payOrder = `
    UPDATE orders SET payment_status = 'paid', version = version + 1, paid_at_ms = $4, updated_at_ms = $4,
        fulfillment_status = CASE fulfillment_status WHEN 'pending' THEN 'confirmed' ELSE fulfillment_status END
    WHERE merchant_id = $1 AND order_id = $2 AND amount_paise = $3 AND payment_status <> 'paid'`;

export const findSession = `
    SELECT customer_id FROM sessions
    WHERE merchant_id = $1 AND session_hash = $2 AND order_id = $3 AND expires_at_ms > $4`;

export const findOrder = 'SELECT * FROM orders WHERE merchant_id = $1 AND order_id = $2';

export const findAttempts = `
    SELECT * FROM attempts WHERE merchant_id = $1 AND order_id = $2 ORDER BY created_at_ms, attempt_id`;

// Time first, so that a key goes to the end of its index.
let count = 0;
export function rowId(now) {
    count = (count + 1) & 0xfffff;
    const random = Math.floor(Math.random() * 2 ** 48).toString(16).padStart(12, '0');
    return now.toString(16).padStart(11, '0') + count.toString(16).padStart(5, '0') + random;
}
