// Customers pay while everything around them dies; at the end three books must agree.
//   node torture.mjs [--seconds N] [--engine sqlite|postgres] [--seed N] [--rate ORDERS_PER_S] [--only NAME,...]
//     [--every-failpoint]   a run in which the server did not die at each of them has failed
// Prints what it did as JSON and ends with 1 when anything disagrees. scripts/torture calls it.
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { eventually } from '../e2e/support/wait.mjs';
import { disagreements } from './agreement.mjs';
import { Customer } from './customer.mjs';
import { Random } from './random.mjs';
import { storeOf } from './stores.mjs';
import { failpoints, Trouble } from './trouble.mjs';
import { World } from './world.mjs';

const { values } = parseArgs({ options: {
  seconds: { type: 'string', default: '60' },
  engine: { type: 'string', default: 'sqlite' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  rate: { type: 'string', default: '0.8' },
  only: { type: 'string', default: '' },
  'every-failpoint': { type: 'boolean', default: false },
} });
const seconds = Number(values.seconds);
const random = new Random(Number(values.seed));
// The gateway takes about 70 Order Pay calls a minute of one address, and a customer needs more than one.
const kGapMs = 1000 / Number(values.rate);
const only = values.only.split(',').filter(Boolean);
const kLastsMs = 120_000;  // longer than any of the server's own waits
const out = fileURLToPath(new URL('out', import.meta.url));
const say = (text) => process.stderr.write(`torture: ${text}\n`);

const counts = {
  engine: values.engine, seed: Number(values.seed), seconds,
  kills: 0, randomKills: 0, restarts: 0, notReached: 0, stops: 0, shopRestarts: 0,
  calmSeconds: 0, diskFull: 0, refusedWhileFull: 0, databaseEnded: 0, databaseAway: 0, refusedWhileAway: 0,
  webhooksAcknowledged: 0,
  // By turns: every other seed.
  refundsDuplicates: Number(values.seed) % 2 === 1,
};
const violations = [];

/** Everything that can happen, shuffled; again and again until the time is over. */
function* plan(store) {
  const names = only.length > 0 ? only : [
    ...failpoints(), 'random', 'random', 'random', 'starting', 'stop server', 'stop sandbox', 'shop', 'away',
    ...(store.diskFull ? ['disk'] : []),
  ];
  for (;;) {
    const round = names.map((name) => [random.next(), name]).sort((a, b) => a[0] - b[0]);
    for (const [, name] of round) yield name;
  }
}

async function happen(name, trouble, world) {
  switch (name) {
    case 'random': return trouble.dieSometime();
    case 'starting': return trouble.dieWhileStarting();
    case 'stop server': return trouble.standStill(world.server);
    case 'stop sandbox': return trouble.standStill(world.sandbox);
    case 'shop': return trouble.shopAway();
    case 'away': return trouble.databaseAway();
    case 'calm': return trouble.calm();
    case 'disk': return trouble.diskFull(world.store.fullMs);
    default: return trouble.dieAt(name, 4000);
  }
}

class Customers {
  constructor(world, until) {
    Object.assign(this, { world, until, all: [], going: [] });
  }

  /** @param wanted what is not left to chance: see Customer */
  admit(wanted) {
    const customer = new Customer(this.world, random.fork(), this.all.length + 1, this.until, wanted);
    this.all.push(customer);
    this.going.push(customer.run().catch((error) => violations.push(error.message)));
  }

  /** Until it is over and everybody has gone. */
  async welcome(isOver) {
    while (!isOver()) {
      this.admit();
      await pause(kGapMs * (0.5 + random.next()));
    }
    await Promise.all(this.going);
  }
}

/** The gateway's late repeats and close-outs happen, and the server has nothing left to do. */
async function settle(world) {
  for (const minutes of [3, 11, 31]) {
    await world.gateway.advance(minutes * 60_000);
    await eventually('every webhook that was due was sent', async () => {
      const { deliveries, now_ms } = await world.gateway.state();
      return deliveries.every((one) => !['waiting', 'sending'].includes(one.status) || one.due_at_ms > now_ms);
    }, { timeout: 60_000, every: 200 });
  }
  // A surplus that was paid by one of these is asked about once more before it goes back.
  await eventually('what was paid twice went back', async () => {
    const [{ n }] = await world.store.rows(
      "SELECT (SELECT COUNT(*) FROM attempts WHERE status = 'completed' AND next_ask_at_ms IS NOT NULL) + " +
        "(SELECT COUNT(*) FROM refunds WHERE status = 'pending') AS n");
    return Number(n) === 0;
  }, { timeout: 120_000, every: 200 }).catch((error) => violations.push(error.message));
  // What the shop refused again and again is said again after ten minutes and more: see agreement.mjs.
  await eventually('nothing is left to do', async () => {
    const [{ n }] = await world.store.rows(
      'SELECT (SELECT COUNT(*) FROM inbox WHERE due_at_ms IS NOT NULL) + (SELECT COUNT(*) FROM outbox ' +
        `WHERE due_at_ms IS NOT NULL AND NOT (kind = 'notify' AND tries >= 4 AND due_at_ms > ${Date.now()})) AS n`);
    return Number(n) === 0;
  }, { timeout: 180_000, every: 200 }).catch((error) => violations.push(error.message));
}

async function main() {
  const store = storeOf(values.engine, /*fills=*/only.length === 0 || only.includes('disk'));
  await store.start();
  const world = new World(store, out, counts.refundsDuplicates);
  try {
    await world.start();
    say(`${store.name}, seed ${values.seed}, ${seconds} s; what is paid twice ${world.refundsDuplicates ? 'goes back by itself' : 'is the gateway\'s matter'}; disk full by ${store.diskFull ?? 'nothing'}; database away by ${store.awayMeans}`);
    const ends = Date.now() + seconds * 1000;
    const customers = new Customers(world, ends + kLastsMs);
    const trouble = new Trouble(world, random.fork(), counts, (wanted) => customers.admit(wanted));
    let over = false;
    const everybody = customers.welcome(() => over);
    for (const name of plan(store)) {
      if (Date.now() > ends) break;
      const began = Date.now();
      await happen(name, trouble, world);
      if (name === 'calm') continue;
      say(`${name}, ${Date.now() - began} ms`);
      await pause(random.below(300));
    }
    over = true;
    say('quiet');
    await everybody;
    await settle(world);
    violations.push(...trouble.violations);
    if (values['every-failpoint']) {
      const unreached = Object.keys(counts.failpoints).filter((name) => counts.failpoints[name] === 0);
      violations.push(...unreached.map((name) => `the server never died at ${name}`));
    }
    violations.push(...await disagreements({ world, customers: customers.all, ownWebhooks: trouble.webhooks, counts }));
  } finally {
    await world.stop();
    await store.stop();
  }
}

await main();
counts.violations = violations.length;
for (const line of violations) say(`VIOLATION ${line}`);
process.stdout.write(`${JSON.stringify(counts, null, 2)}\n`);
process.exit(violations.length === 0 ? 0 : 1);
