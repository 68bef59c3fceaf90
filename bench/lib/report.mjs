// From the raw figures of bench/run to the table of ratios, as Markdown.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const median = (values) => {
    const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
    if (sorted.length === 0) return NaN;
    const middle = sorted.length / 2;
    return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const figures = {
    'webhooks/s, 64 connections': (r) => r.many.rate,
    'the same until all are applied': (r) => r.many.sent / (r.many.seconds + 0.5 + r.many.appliedAfter),
    'p50, 64 (us)': (r) => r.many.us.p50,
    'p99, 64 (us)': (r) => r.many.us.p99,
    'CPU a webhook, applied too (us)': (r) => r.many.cpuUs + r.many.databaseCpuUs,
    'webhooks/s, 1 connection': (r) => r.one.rate,
    'p50, 1 (us)': (r) => r.one.us.p50,
    'p99, 1 (us)': (r) => r.one.us.p99,
    'webhooks/s, three of four repeated': (r) => r.repeated.rate,
    'polls/s, 64': (r) => r.polls.rate,
    'poll p99 (us)': (r) => r.polls.us.p99,
    'CPU a poll (us)': (r) => r.polls.cpuUs + r.polls.databaseCpuUs,
    'pages/s, 64': (r) => r.pages.rate,
    'forged/s, 64': (r) => r.forged.rate,
    'CPU a forged webhook (us)': (r) => r.forged.cpuUs,
    'bytes written by a forged one': (r) => r.forged.written / r.forged.sent,
    'idle RSS (MB)': (r) => r.idle,
    'peak RSS (MB)': (r) => r.peak,
    'start to first 200 (ms)': (r) => r.start * 1000,
};

// The table of targets: [what, figure, ours, theirs, must, reach]; above 1 ours is to be larger, below 1 smaller. A
// line without bounds has no target: it says what the line above does not.
const targets = [
    ['durable webhooks/s, Node + SQLite, one fsync each', 'webhooks/s, 64 connections', 'chukta', 'node-sqlite', 5, 10],
    ['durable webhooks/s, Node + SQLite, group commit', 'webhooks/s, 64 connections', 'chukta', 'node-sqlite-group',
        1.4, 3],
    ['durable webhooks/s, Node + PostgreSQL', 'webhooks/s, 64 connections', 'chukta-pg', 'node-pg', 3, 6],
    // Chukta on PostgreSQL answers when the inbox row is committed and applies after that; the peer applies first.
    ['durable webhooks/s until applied, Node + PostgreSQL', 'the same until all are applied', 'chukta-pg', 'node-pg'],
    ['durable webhooks/s, Node + PostgreSQL, group commit', 'webhooks/s, 64 connections', 'chukta-pg',
        'node-pg-group'],
    ['durable webhooks/s until applied, Node + PostgreSQL, group commit', 'the same until all are applied',
        'chukta-pg', 'node-pg-group'],
    ['p99, Node + SQLite, group commit', 'p99, 64 (us)', 'chukta', 'node-sqlite-group', 1 / 3, 1 / 6],
    ['p99, the same with checkpoints on a thread of their own', 'p99, 64 (us)', 'chukta', 'node-sqlite-thread'],
    ['CPU a webhook, Node + SQLite, one fsync each', 'CPU a webhook, applied too (us)', 'chukta', 'node-sqlite',
        1 / 5, 1 / 8],
    ['status polls/s, Node + SQLite', 'polls/s, 64', 'chukta', 'node-sqlite', 2, 2.4],
    ['status polls/s, Node + PostgreSQL', 'polls/s, 64', 'chukta-pg', 'node-pg', 4, 7],
    ['idle RSS', 'idle RSS (MB)', 'chukta', 'node-sqlite', 1 / 8, 1 / 12],
    ['start to first 200', 'start to first 200 (ms)', 'chukta', 'node-sqlite', 1 / 15, 1 / 40],
    ['one connection, webhooks/s', 'webhooks/s, 1 connection', 'chukta', 'node-sqlite', 1, 1.5],
    ['one connection, p99', 'p99, 1 (us)', 'chukta', 'node-sqlite', 1 / 2, 1 / 3],
];

const columns = ['chukta', 'chukta-pg', 'node-sqlite', 'node-sqlite-group', 'node-sqlite-thread', 'node-pg', 'node-pg-group'];

const shown = (value) => (!Number.isFinite(value) ? '–' : value >= 100 ? Math.round(value).toLocaleString('en')
    : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const ratio = (value) => (!Number.isFinite(value) ? '–' : value >= 1 ? `${value.toFixed(2)}×` : `1/${(1 / value).toFixed(1)}`);
const row = (...cells) => `| ${cells.join(' | ')} |\n`;

function verdict(value, must, reach) {
    if (!Number.isFinite(value)) return 'not measured';
    const reaches = (bound) => (bound >= 1 ? value >= bound : value <= bound);
    return reaches(reach) ? 'reached' : reaches(must) ? 'must met' : 'MISSED';
}

// A page that was never told is in no percentile, and a slower load asks less than the table says.
function heldVerdict(one, must) {
    if (one.untold > 0) return 'FAILED: pages were not told';
    if (one.rate < 0.99 * (one.wanted ?? 1000)) return 'FAILED: the load was slower than it should be';
    return one.accepted_to_page_us.p99 / 1000 <= must ? 'reached' : 'MISSED';
}

export function report(file) {
    const all = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const rounds = all.filter((one) => one.kind === 'round');
    const measured = new Set(rounds.map((one) => one.name));
    const names = columns.filter((name) => measured.has(name));
    const of = (name, figure) => median(rounds.filter((one) => one.name === name).map(figures[figure]));
    let text = `${cpus().length} × ${cpus()[0].model}, ${all[0]?.at ?? ''}; medians of ` +
        `${Math.max(0, ...rounds.map((one) => one.round + 1))} interleaved rounds.\n\n`;

    text += row('against', 'ratio of medians', 'must', 'reach for', '') + row('---', '---', '---', '---', '---');
    for (const [what, figure, ours, theirs, must, reach] of targets) {
        const value = of(ours, figure) / of(theirs, figure);
        text += must === undefined ? row(what, ratio(value), '', '', '')
            : row(what, ratio(value), ratio(must), ratio(reach), verdict(value, must, reach));
    }
    for (const one of all.filter((each) => each.kind === 'held')) {
        const ms = one.accepted_to_page_us.p99 / 1000;
        const must = one.held <= 2000 ? 250 : 50;
        text += row(`${one.name}: webhook accepted → held page answered, ${one.held} held, ${one.rate}/s, p99`,
            `${ms.toFixed(1)} ms (p50 ${(one.accepted_to_page_us.p50 / 1000).toFixed(1)}, untold ${one.untold})`,
            one.held <= 2000 ? '250 ms' : '', one.held <= 2000 ? '' : '50 ms', heldVerdict(one, must));
        text += row(`${one.name}: the server's RSS with these ${one.held} held`,
            `${shown(one.memory.peak)} MB at most (${shown(one.memory.rss)} MB when all have left)`, '', '', '');
    }
    const forged = of('chukta', 'CPU a forged webhook (us)');
    text += row('a forged webhook: CPU', `${shown(forged)} us, ` +
        `${shown(of('chukta', 'bytes written by a forged one'))} bytes to the disk`, '40 us', '20 us',
        forged <= 20 ? 'reached' : forged <= 40 ? 'must met' : 'MISSED');
    for (const one of all.filter((each) => each.kind === 'attempts')) {
        text += row(`${one.name}: press → QR code at the page, over the gateway's own time`,
            `${one.overheadMs.toFixed(1)} ms (gateway ${one.gatewayMs.toFixed(1)} ms, ` +
            `whole ${one.wholeMs.toFixed(1)} ms)`, '', '', '');
    }

    text += `\nRaw, medians:\n\n` + row('', ...names) + row('---', ...names.map(() => '---:'));
    for (const figure of Object.keys(figures)) {
        text += row(figure, ...names.map((name) => shown(of(name, figure))));
    }
    text += `\nThe machine while webhooks came over 64 connections (cores of others' work, and stolen), ` +
        `lowest to highest:\n\n` + row('', 'others', 'steal') + row('---', '---', '---');
    for (const name of names) {
        const noise = rounds.filter((one) => one.name === name).map((one) => one.many.noise);
        const span = (key) => `${Math.min(...noise.map((n) => n[key])).toFixed(2)} to ` +
            `${Math.max(...noise.map((n) => n[key])).toFixed(2)}`;
        text += row(name, span('others'), span('steal'));
    }
    return text;
}
