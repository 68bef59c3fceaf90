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

// What a page is told, and whether its session may see it: a row for each attempt, one without when there is none. An
// attempt's name begins with its time, so its key has them in their order.
export const findShown = `
    SELECT o.order_id, o.version, o.amount_paise, o.items, o.return_url, o.payment_status, o.fulfillment_status,
        o.review_reason, o.last_index, o.paid_at_ms, a.attempt_index, a.channel, a.app, a.vpa_masked, a.status,
        a.created_at_ms, a.expires_at_ms, a.prompt, a.bank_reference
    FROM sessions AS s
        JOIN orders AS o ON o.merchant_id = s.merchant_id AND o.order_id = s.order_id
        LEFT JOIN attempts AS a ON a.merchant_id = o.merchant_id AND a.order_id = o.order_id
    WHERE s.merchant_id = $1 AND s.session_hash = $2 AND s.order_id = $3 AND s.expires_at_ms > $4
    ORDER BY a.attempt_id`;

// Time first, so that a key goes to the end of its index.
let count = 0;
export function rowId(now) {
    count = (count + 1) & 0xfffff;
    const random = Math.floor(Math.random() * 2 ** 48).toString(16).padStart(12, '0');
    return now.toString(16).padStart(11, '0') + count.toString(16).padStart(5, '0') + random;
}
