// At the end three books must agree: the gateway's ledger, the server's database, and what the shop
// was told. Everything that does not is a sentence.
import { createHash } from 'node:crypto';

const hash = (text) => createHash('sha256').update(text).digest('hex');
const kOpen = ['created', 'pending'];
// Which reason for a review explains what; another one excuses nothing.
const kHoldsUnpaid = ['amount_mismatch'];
const kTookTooMuch = ['paid_twice', 'contradicted'];
const kLeavesOpen = ['amount_mismatch', 'unknown_word'];
const kPaidAfterClose = ['paid_after_close', ...kTookTooMuch];

function by(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], []);
    groups.get(row[key]).push(row);
  }
  return (name) => groups.get(name) ?? [];
}

/** What an order's payment status follows from (docs/architecture.md). */
function fold(attempts) {
  const any = (...statuses) => attempts.some((one) => statuses.includes(one.status));
  if (any('completed')) return 'paid';
  if (any(...kOpen)) return 'processing';
  return any('failed') ? 'failed' : 'pending';
}

async function readDatabase(store) {
  const bytes = store.name === 'SQLite' ? 'hex(body)' : "encode(body, 'hex')";
  const [orders, attempts, refunds, inbox, outbox] = await Promise.all([
    store.rows('SELECT * FROM orders'),
    store.rows('SELECT * FROM attempts WHERE attempt_index IS NOT NULL'),
    store.rows('SELECT * FROM refunds'),
    store.rows(`SELECT kind, due_at_ms, verdict, ${bytes} AS body FROM inbox`),
    store.rows('SELECT kind, order_id, payload, tries, due_at_ms FROM outbox WHERE due_at_ms IS NOT NULL'),
  ]);
  const kept = new Set(
    inbox.filter((row) => row.kind === 'webhook').map((row) => hash(Buffer.from(row.body, 'hex'))));
  return { orders, attemptsOf: by(attempts, 'order_id'), attempts, refundsOf: by(refunds, 'order_id'), refunds, inbox, outbox, kept };
}

/** A notification that the shop refused at least four times and that waits for its next time. */
function isWaiting(row) {
  return row.kind === 'notify' && Number(row.tries) >= 4 && Number(row.due_at_ms) > Date.now();
}

function checkOrder(order, books, say) {
  const name = order.order_id;
  const attempts = books.database.attemptsOf(name);
  const payments = books.paymentsOf(name);
  const took = payments.filter((one) => one.status === 'SUCCESS');
  const refunds = books.refundsOf(name).filter((one) => one.status !== 'CANCELLED');
  const sum = (list) => list.reduce((total, one) => total + one.amount_paise, 0);
  // What the shop gave back does not make the order unpaid; what the gateway gave back does, but for a payment that it never kept.
  const isKept = (refund) => took.some((one) => one.cf_payment_id === refund.cf_payment_id);
  const kept = sum(took) - sum(refunds.filter((one) => one.automatic && isKept(one)));
  const paid = order.payment_status === 'paid';

  if (paid && kept < order.amount_paise) say(name, `paid, and the gateway holds ${kept}`);
  const because = (reasons) => reasons.includes(order.review_reason);
  if (!paid && kept > 0 && !because(kHoldsUnpaid)) {
    say(name, `${kept} paise held and it is ${order.payment_status}, review ${order.review_reason}`);
  }
  if (kept > order.amount_paise && !because(kTookTooMuch)) say(name, `charged ${kept}, review ${order.review_reason}`);
  if (order.payment_status !== fold(attempts)) say(name, `${order.payment_status} is not what its attempts say`);
  const cancelled = order.fulfillment_status === 'cancelled';
  if (cancelled !== books.wasCancelled(name)) say(name, `${order.fulfillment_status}, and the shop ${cancelled ? 'wanted it' : 'cancelled it'}`);
  if (paid && !cancelled && order.fulfillment_status !== 'confirmed') say(name, `paid and ${order.fulfillment_status}`);
  if (paid && cancelled && !because(kPaidAfterClose)) say(name, `paid and cancelled, review ${order.review_reason}`);
  const indexes = attempts.map((one) => one.attempt_index).sort((a, b) => a - b);
  if (indexes.some((index, i) => index !== i + 1)) say(name, `attempts are numbered ${indexes}`);
  for (const one of attempts) {
    if (kOpen.includes(one.status) && !because(kLeavesOpen)) {
      say(name, `attempt ${one.attempt_index} is still ${one.status}, review ${order.review_reason}`);
    }
    if (one.status === 'completed') {
      const payment = payments.find((other) => other.cf_payment_id === one.gateway_payment_id);
      if (!payment) say(name, `attempt ${one.attempt_index} completed by nobody's payment`);
    }
  }
  const wanted = refunds.filter((one) => !one.automatic);
  if (sum(wanted) > sum(took)) say(name, `${sum(wanted)} given back of ${sum(took)}`);
  checkCalls(name, attempts, books.callsOf(name), say);
  checkSurplus(order, took, books, say);
  checkRefunds(name, books, say);
  checkTold(order, attempts, books, say);
}

/** What was paid twice goes back by itself where the setting says so, and the price stays. */
function checkSurplus(order, took, books, say) {
  const name = order.order_id;
  const duplicates = books.database.refundsOf(name).filter((one) => one.origin === 'duplicate');
  const most = books.refundsDuplicates ? Math.max(0, took.length - 1) : 0;
  // Not beside somebody else's refund: then a person looks.
  const due = books.database.refundsOf(name).length > duplicates.length ? 0 : most;
  if (duplicates.length < due || duplicates.length > most) {
    say(name, `paid ${took.length} times, and ${duplicates.length} of them went back by themselves`);
  }
  for (const refund of duplicates) {
    const payment = took.find((one) => refund.refund_id === `dup_${one.cf_payment_id}`);
    if (payment?.amount_paise !== refund.amount_paise) say(name, `refund ${refund.refund_id} is not of a payment's sum`);
  }
}

/** One click, one charge: what the gateway was asked, against what was recorded before it. */
function checkCalls(name, attempts, calls, say) {
  const keys = by(calls, 'idempotency_key');
  for (const key of new Set(calls.map((call) => call.idempotency_key))) {
    const made = new Set(keys(key).filter((call) => call.status === 200 && call.cf_payment_id).map((call) => call.cf_payment_id));
    if (made.size > 1) say(name, `one key made ${made.size} payments: ${[...made]}`);
    const attempt = attempts.find((one) => one.attempt_id === key);
    if (attempt?.channel !== 'collect') continue;
    const accepted = keys(key).filter((call) => call.status === 200 || call.status === 0);
    if (accepted.length > 1) say(name, `a collect call was sent ${accepted.length} times`);
  }
}

/** The shop hears of a refund when the gateway has it and when it ended; its newest word is the end. */
function checkRefundTold(name, row, books, say) {
  const told = books.toldOf(name).filter((line) => line.body.data.refund_id === row.refund_id)
    .sort((a, b) => a.body.data.version - b.body.data.version);
  const times = new Set(told.map((line) => line.id)).size;
  // Of what goes back by itself it also hears when that begins.
  if (times > (row.origin === 'duplicate' ? 3 : 2)) say(name, `refund ${row.refund_id} was told by ${times} notifications`);
  const waits = books.waiting.some((one) => one.order_id === name && one.payload.startsWith(`refund.updated ${row.refund_id} `));
  const newest = told.at(-1)?.body.data.refunds.find((one) => one.refund_id === row.refund_id);
  if (newest?.status !== row.status && !waits) say(name, `refund ${row.refund_id} is ${row.status}, and ${newest?.status} to the shop`);
}

/** One refund for each that the shop was promised, of its sum, completed on both sides. */
function checkRefunds(name, books, say) {
  const ours = books.database.refundsOf(name).filter((one) => one.origin !== 'gateway');
  const theirs = books.refundsOf(name).filter((one) => !one.automatic);
  for (const wanted of books.promisedRefundsOf(name)) {
    const row = ours.find((one) => one.refund_id === wanted.refund_id);
    if (!row) say(name, `refund ${wanted.refund_id} was acknowledged and is lost`);
    else if (row.status !== 'completed') say(name, `refund ${wanted.refund_id} is ${row.status}`);
    else if (row.amount_paise !== wanted.amount) say(name, `refund ${wanted.refund_id} is of ${row.amount_paise}`);
  }
  for (const row of ours) {
    const made = theirs.filter((one) => one.refund_id === row.refund_id);
    if (made.length !== 1) say(name, `refund ${row.refund_id} is ${made.length} at the gateway`);
    else if (made[0].status !== 'SUCCESS' || made[0].amount_paise !== row.amount_paise) {
      say(name, `refund ${row.refund_id} is ${made[0].status} of ${made[0].amount_paise} at the gateway`);
    }
    checkRefundTold(name, row, books, say);
  }
  if (theirs.length !== ours.length) say(name, `${theirs.length} refunds at the gateway and ${ours.length} here`);
  const sums = (list, key) => list.map((one) => `${one[key]}: ${one.amount_paise}`).sort().join(', ');
  const automatic = sums(books.refundsOf(name).filter((one) => one.automatic), 'cf_payment_id');
  const heard = sums(books.database.refundsOf(name).filter((one) => one.origin === 'gateway'), 'gateway_payment_id');
  if (automatic !== heard) say(name, `the gateway gave back ${automatic || 'nothing'} by itself, and here it is ${heard || 'nothing'}`);
}

/** Each failed attempt is told of once, whatever became of it later; one that was replaced is none. */
function checkFailuresTold(name, attempts, told, waits, say) {
  for (const one of attempts) {
    const about = told.filter((line) => line.body.type === 'order.payment_failed' && line.body.data.attempt_index === one.attempt_index);
    const times = new Set(about.map((line) => line.id)).size;
    if (times > 1) say(name, `attempt ${one.attempt_index} failed ${times} times for the shop`);
    const isDue = one.status === 'failed' && one.failure_reason !== 'superseded';
    if (isDue && times === 0 && !waits(`order.payment_failed ${one.attempt_index}`)) {
      say(name, `attempt ${one.attempt_index} failed (${one.failure_reason}), and the shop does not know`);
    }
  }
}

/** The shop hears of every reason for a review; its newest word is the order's. */
function checkReviewTold(order, told, waits, say) {
  const reviews = told.filter((one) => one.body.type === 'order.review').map((one) => one.body.data)
    .sort((a, b) => a.version - b.version);
  if (waits('order.review')) return;
  const newest = reviews.at(-1)?.review_reason ?? 'none';
  if (newest !== order.review_reason) say(order.order_id, `review ${order.review_reason}, and ${newest} to the shop`);
}

function checkTold(order, attempts, books, say) {
  const name = order.order_id;
  const told = books.toldOf(name);
  const waits = (event) => books.waiting.some((row) => row.order_id === name && `${row.payload} `.startsWith(`${event} `));
  if (told.some((one) => !one.signed)) say(name, 'the shop was told something unsigned');
  const ids = (type) => new Set(told.filter((one) => one.body.type === type).map((one) => one.id));
  const expected = order.payment_status === 'paid' ? 1 : 0;
  const paidTold = ids('order.paid').size;
  if (paidTold !== expected && !waits('order.paid')) say(name, `${paidTold} order.paid for ${order.payment_status}`);
  checkFailuresTold(name, attempts, told, waits, say);
  checkReviewTold(order, told, waits, say);
  const versioned = told.map((line) => line.body.data)
    .sort((a, b) => a.version - b.version);
  let paid = false;
  for (const shown of versioned) {
    if (paid && shown.payment_status !== 'paid') say(name, 'paid was taken back for the shop');
    paid ||= shown.payment_status === 'paid';
  }
}

/** What was answered 2xx must have been kept, whoever died since. */
function checkAcknowledged(books, customers, ownWebhooks, counts, say) {
  for (const delivery of books.deliveries) {
    if (!delivery.attempts.some((one) => one.http_status >= 200 && one.http_status < 300)) continue;
    counts.webhooksAcknowledged += 1;
    if (!books.database.kept.has(hash(delivery.body))) say(delivery.order_id, `webhook ${delivery.id} was answered 200 and is lost`);
  }
  for (const { body, status } of ownWebhooks) {
    if (status !== 200) continue;
    counts.webhooksAcknowledged += 1;
    if (!books.database.kept.has(hash(body))) say('no order', `${body} was answered 200 and is lost`);
  }
  const known = new Map(books.database.orders.map((order) => [order.order_id, order]));
  for (const customer of customers) {
    const { orderId, acknowledged, keys } = customer;
    if (acknowledged.order && !known.has(orderId)) say(orderId, 'was acknowledged to the shop and is lost');
    const attempts = books.database.attemptsOf(orderId);
    for (const index of acknowledged.attempts) {
      if (!attempts.some((one) => one.attempt_index === index)) say(orderId, `attempt ${index} was acknowledged and is lost`);
    }
    if (attempts.length > keys.size + customer.found) say(orderId, `${keys.size} presses made ${attempts.length} attempts`);
    if (customer.broken) say(orderId, customer.broken);
  }
}

/** The sentences, none when all agree; fills in counts. */
export async function disagreements({ world, customers, ownWebhooks, counts }) {
  const found = [];
  const say = (order, what) => found.push(`${order}: ${what}`);
  const database = await readDatabase(world.store);
  const state = await world.gateway.state();
  const told = world.told();
  const books = {
    database,
    paymentsOf: by(state.payments, 'order_id'),
    refundsOf: by(state.refunds, 'order_id'),
    wasCancelled: (name) => customers.find((one) => one.orderId === name)?.acknowledged.cancelled ?? false,
    promisedRefundsOf: (name) => customers.find((one) => one.orderId === name)?.refunds ?? [],
    callsOf: by(state.order_pay_calls, 'order_id'),
    toldOf: by(told.map((line) => ({ ...line, order_id: line.body.data?.order_id })), 'order_id'),
    refundsDuplicates: world.refundsDuplicates,
    deliveries: state.deliveries,
    waiting: database.outbox.filter(isWaiting),
  };
  for (const customer of customers) {
    customer.found = database.attemptsOf(customer.orderId).filter((one) => one.pay_state === 'found').length;
  }
  for (const order of database.orders) checkOrder(order, books, say);
  checkAcknowledged(books, customers, ownWebhooks, counts, say);
  for (const row of database.inbox) {
    if (row.due_at_ms !== null) say('inbox', `a ${row.kind} was never applied`);
  }
  for (const row of database.outbox.filter((one) => !isWaiting(one))) say(row.order_id, `${row.kind} ${row.payload} was never done (${row.tries} tries)`);
  Object.assign(counts, {
    orders: database.orders.length,
    attempts: database.attempts.length,
    payments: state.payments.length,
    paid: database.orders.filter((order) => order.payment_status === 'paid').length,
    cancelled: database.orders.filter((order) => order.fulfillment_status === 'cancelled').length,
    underReview: database.orders.filter((order) => order.review_reason !== 'none').length,
    refunds: database.refunds.length,
    paidTwice: database.orders.filter((order) => {
      return books.paymentsOf(order.order_id).filter((one) => one.status === 'SUCCESS').length > 1;
    }).length,
    refundedByGateway: state.refunds.filter((one) => one.automatic).length,
    duplicatesRefunded: database.refunds.filter((one) => one.origin === 'duplicate').length,
    orderPayCalls: state.order_pay_calls.length,
    notificationsWaiting: books.waiting.length,
    told: new Set(told.map((line) => line.id)).size,
    toldAgain: told.length - new Set(told.map((line) => line.id)).size,
    leftToTheTeam: customers.filter((one) => one.step === 'left to the team').length,
    repeats: customers.reduce((total, one) => total + one.repeats, 0),
  });
  return found;
}
