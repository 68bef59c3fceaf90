// What happens to the programs while customers pay, one thing at a time.
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { postWebhook } from '../e2e/support/gateway.mjs';
import { eventually } from '../e2e/support/wait.mjs';

const kWarmSeconds = 30;
// So that webhooks soon need new pages of PostgreSQL's tables.
const kPaddingBytes = 3000;
// Passed once by each process, soon after it has begun.
const kAtStart = ['start.', 'reconciler.before_forget', 'reconciler.after_forget', 'reconciler.before_hurry', 'reconciler.after_hurry'];
// Where nobody comes by soon, and the customer who does.
const kGuests = {
  prepare: { plan: 'pays', channel: 'intent' },
  cancel_attempt: { plan: 'cancels, then pays' },
  cancel_order: { plan: 'the shop cancels and is paid' },
  verify_order: { plan: 'pays', verifies: true },
};

/** The names of server/faults.h, in its order. */
export function failpoints() {
  const text = readFileSync(new URL('../../server/faults.h', import.meta.url), 'utf8');
  const names = [...text.matchAll(/POINT\(\w+, "([\w.]+)"\)/g)].map((found) => found[1]);
  if (names.length === 0) throw new Error('no failpoints in server/faults.h');
  return names;
}

export class Trouble {
  /** @param invite lets another customer in, of whom some things are wanted */
  constructor(world, random, counts, invite) {
    Object.assign(this, { world, random, counts, invite });
    counts.failpoints = {};  // by name: how often the server died there
    for (const name of failpoints()) counts.failpoints[name] = 0;
    this.webhooks = [];  // our own: what was answered to each
    this.posted = 0;
    this.violations = [];
    this.fullAndNoneRefused = 0;  // so often in a row
  }

  /** Dies at the n-th pass of a named place; started again without it. */
  async dieAt(name, patienceMs) {
    const { server } = this.world;
    const once = kAtStart.some((one) => name.startsWith(one));
    const means = this.#meansTo(name);
    const passes = once || means ? 1 : 1 + this.random.below(3);
    await this.#restart({ CHUKTA_FAILPOINT: `${name}:${passes}` });
    const restore = await means?.();
    const end = Date.now() + (means ? 2 : 1) * patienceMs;
    while (server.alive && Date.now() < end) await pause(20);
    await restore?.();
    if (server.alive) {
      // Nobody came by: the load decides what is passed. Not counted as a kill at that place.
      this.counts.notReached += 1;
      await server.kill9();
    } else {
      this.counts.failpoints[name] += 1;
    }
    this.counts.kills += 1;
    await this.#restart({ CHUKTA_FAILPOINT: '' });
  }

  /** Brings about what is seldom passed; gives what ends it again. */
  #meansTo(name) {
    const { gateway, store } = this.world;
    const [who, where = ''] = name.split(/\.(?:before_|after_)?/);
    if (who in kGuests) return async () => this.invite(kGuests[who]);
    if (who === 'applier' && where === 'postpone') {
      return async () => {
        await store.refuseOrders();
        return () => store.takeOrders();
      };
    }
    if (who !== 'dispatcher') return undefined;
    const faults = {
      later: ['rate_limited', { count: 2, value: 1 }],
      give_back: ['rate_limited', { count: 4, value: 3 }],
      // Done, and not heard of: asked again it is refused.
      drop: ['drop_after_accept', { endpoint: 'terminate_order' }],
    };
    if (!(where in faults)) return undefined;
    return async () => {
      await gateway.fault(...faults[where]);
      if (where === 'drop') this.invite({ plan: 'the shop cancels at once' });
      return () => this.world.clearFaults();
    };
  }

  async dieSometime() {
    await pause(this.random.below(1200));
    await this.world.server.kill9();
    this.counts.kills += 1;
    this.counts.randomKills += 1;
    await this.#restart({ CHUKTA_FAILPOINT: '' });
  }

  /** Dies again while it starts: recovery must survive itself. */
  async dieWhileStarting() {
    const { server } = this.world;
    await server.kill9();
    const started = this.#restart({ CHUKTA_FAILPOINT: '' }).catch(() => {});
    await pause(this.random.below(60));
    await server.kill9();
    await started;
    this.counts.kills += 2;
    this.counts.randomKills += 2;
    if (!server.alive) await this.#restart({ CHUKTA_FAILPOINT: '' });
  }

  /** A machine that is paused, or a page fault that takes seconds. */
  async standStill(program) {
    if (!program.alive) return;
    process.kill(program.pid, 'SIGSTOP');
    await pause(1000 + this.random.below(2000));
    process.kill(program.pid, 'SIGCONT');
    this.counts.stops += 1;
  }

  async shopAway() {
    await this.world.shop.kill9();
    await pause(500 + this.random.below(1500));
    await this.world.shop.start();
    this.counts.shopRestarts += 1;
  }

  /** Nothing, for a second, but webhooks: for a soak, in which nobody may be refused. */
  async calm() {
    const refused = await this.#post(1000, () => {});
    if (refused > 0) this.violations.push(`${refused} webhooks were refused in a calm second`);
    this.counts.calmSeconds += 1;
    this.#measure();
  }

  /** What the server holds of the machine: at first (warm), and now. */
  #measure() {
    const { pid } = this.world.server;
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    const memory = (this.counts.memory ??= { warmAfterS: kWarmSeconds });
    if (this.counts.calmSeconds === kWarmSeconds) Object.assign(memory, { warmKb: rss, warmDescriptors: descriptors });
    Object.assign(memory, { lastKb: rss, lastDescriptors: descriptors });
  }

  /** No space for a commit: a webhook is refused, never answered 200 and lost. */
  async diskFull(ms) {
    const { store, server } = this.world;
    const { pid } = server;
    await store.fill(server);
    let startedAgain = false;
    const refused = await this.#post(ms, async () => { startedAgain = await store.free(server); }, kPaddingBytes);
    this.counts.diskFull += 1;
    this.counts.refusedWhileFull += refused;
    if (startedAgain) this.counts.databaseEnded += 1;
    if (server.pid !== pid) this.violations.push('the server ended when the disk was full');
    this.fullAndNoneRefused = refused > 0 ? 0 : this.fullAndNoneRefused + 1;
    if (this.fullAndNoneRefused >= store.fullRefusesOnceIn) this.violations.push('a full disk refused no webhook');
    await this.#recovers('the disk has space again');
  }

  async databaseAway() {
    const { store } = this.world;
    await store.goAway();
    const refused = await this.#post(store.awayMs, () => store.comeBack());
    this.counts.databaseAway += 1;
    this.counts.refusedWhileAway += refused;
    await this.#recovers('the database is back');
  }

  /**
   * Webhooks of a kind that changes nothing, for so long, and then the end of the trouble. No answer
   * is waited for meanwhile: it may come when all is well again. How many were not taken.
   */
  async #post(ms, endsTrouble, padding = 0) {
    const end = Date.now() + ms;
    const answers = [];
    while (Date.now() < end) {
      answers.push(this.#postOne(padding));
      await pause(50);
    }
    await endsTrouble();
    const refusals = (await Promise.all(answers)).filter((status) => status < 200 || status > 299);
    const other = refusals.find((status) => status !== 503 && status !== 0);
    if (other !== undefined) this.violations.push(`a webhook was answered ${other} in trouble`);
    return refusals.length;
  }

  async #postOne(padding = 0) {
    this.posted += 1;
    const data = { number: this.posted, ...(padding > 0 ? { padding: randomBytes(padding).toString('hex') } : {}) };
    const body = JSON.stringify({ type: 'TORTURE_WEBHOOK', data });
    const status = await postWebhook(this.world, body).then((answer) => answer.status, () => 0);
    this.webhooks.push({ body, status });
    return status;
  }

  async #recovers(when) {
    await eventually(`a webhook is taken when ${when}`, async () => (await this.#postOne()) === 200, {
      timeout: 30_000, every: 100,
    });
  }

  async #restart(changed) {
    const { server } = this.world;
    if (server.alive) await server.kill9();
    try {
      await server.start(changed);
    } catch (error) {
      // A failpoint that is passed at the start ends it before it is ready: that is its point.
      if (!changed.CHUKTA_FAILPOINT) throw error;
    }
    this.counts.restarts += 1;
  }
}
