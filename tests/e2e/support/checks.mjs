// What must be true at the end, everywhere: page, database, gateway, shop.
import assert from 'node:assert/strict';
import { eventually, steadily } from './wait.mjs';

/**
 * The order is paid, once, and everybody agrees.
 * @param channel of the attempt that paid
 */
export async function paidOnce(pay, { channel, attempts, charges = 1, review = 'none' } = {}) {
  const { world, orderId } = pay;
  await eventually('the shop knows that its order is paid', async () => {
    const order = await world.shopOrder(orderId);
    return order?.payment_status === 'paid' && order.fulfillment_status === 'confirmed';
  });
  const order = await pay.order();
  assert.equal(order.payment_status, 'paid');
  assert.equal(order.fulfillment_status, 'confirmed');
  assert.equal(order.review_reason, review);
  const rows = await pay.attempts();
  const completed = rows.filter((row) => row.status === 'completed');
  assert.equal(completed.length, charges, 'attempts that paid');
  if (channel) assert.equal(completed[0].channel, channel);
  if (attempts !== undefined) assert.equal(rows.length, attempts, 'attempts in all');
  assert.deepEqual(rows.map((row) => row.attempt_index), rows.map((_, i) => i + 1));
  assert.equal(rows.some((row) => row.vpa !== ''), false, 'no UPI ID is kept of an ended attempt');

  const held = await world.gateway.captured(orderId);
  assert.equal(held.charges, charges, 'charges at the gateway');
  assert.equal(held.paise - held.refunded, order.amount_paise, 'captured in the gateway’s ledger');

  const told = await world.shopWebhooks(orderId, 'order.paid');
  assert.equal(told.length, 1, 'one order.paid at the shop');
  return { order, attempts: rows, told: told[0] };
}

/** No more Order Pay calls come. */
export async function callsStay(pay, count, ms = 1200) {
  await steadily(async () => assert.equal((await pay.payCalls()).length, count, 'Order Pay calls'), ms);
}
