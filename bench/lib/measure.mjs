// One target, measured once: every figure of the table.
import { spawn } from 'node:child_process';

import { cpuOf, memoryOf, sleep, watch, writtenBy } from './machine.mjs';
import { secret, start, waitUntilApplied } from './servers.mjs';

export async function load(binary, mode, options) {
    const args = [mode, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (bytes) => { text += bytes; });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`chukta-load ${args.join(' ')}: exit ${code}`);
    return JSON.parse(text);
}

// An answer of another kind is another piece of work: it must not count towards a rate.
const kExpected = { webhooks: '200', forged: '401', polls: '200', pages: '200' };
function answeredAsExpected(name, mode, { status }) {
    const others = Object.keys(status).filter((one) => one !== kExpected[mode]);
    if (others.length > 0) throw new Error(`${name}, ${mode}: ${JSON.stringify(status)} instead of ${kExpected[mode]}`);
}

// Orders are used once: a webhook of an order that is paid already would be less work.
class Orders {
    #next = 1;
    constructor(count) { this.count = count; }
    take(n) {
        const first = this.#next;
        if (first + n > this.count) throw new Error('the seed has not enough orders');
        this.#next += n;
        return { first, orders: n };
    }
}

export async function measure({ root, binary, name, url, log, orders, seconds, databasePid, count }) {
    const pool = new Orders(orders);
    const server = await start({ root, name, url, log });
    const pids = databasePid ? [server.pid, databasePid] : [server.pid];
    const common = { port: server.port, secret };
    // The load's own CPU is counted when it is gone; /proc has it as this process's children.
    const measured = async (mode, options, after = async () => 0) => {
        // This process has the server and the load as its children.
        const seen = watch(databasePid ? [process.pid, databasePid] : [process.pid]);
        const cpuBefore = pids.map(cpuOf);
        const writtenBefore = writtenBy(server.pid);
        const result = await load(binary, mode, { ...common, ...options });
        answeredAsExpected(name, mode, result);
        const appliedAfter = await after();
        const cpu = pids.map((pid, i) => cpuOf(pid) - cpuBefore[i]);
        return { ...result, appliedAfter, cpuUs: 1e6 * cpu[0] / result.sent,
            databaseCpuUs: databasePid ? 1e6 * cpu[1] / result.sent : 0,
            written: writtenBy(server.pid) - writtenBefore, noise: seen() };
    };
    const applied = () => waitUntilApplied(server);
    try {
        await sleep(1000);
        const idle = memoryOf(server.pid);
        const one = await measured('webhooks', { ...pool.take(8_000 * seconds), connections: 1, seconds }, applied);
        const many = await measured('webhooks', { ...pool.take(Math.min(40_000 * seconds, 120_000)), seconds },
            applied);
        const acknowledged = (one.status['200'] ?? 0) + (many.status['200'] ?? 0);
        const rows = await count(url);
        if (rows.inbox !== acknowledged || rows.paid !== acknowledged) {
            throw new Error(`${name}: ${acknowledged} acknowledged, ${JSON.stringify(rows)} in the database`);
        }
        const peak = memoryOf(server.pid);
        const repeated = await measured('webhooks',
            { ...pool.take(8_000 * 2), seconds: 1, 'warm-up': 0.1, duplicates: 0.75 }, applied);
        const linesBefore = await lines(log);
        const forged = await measured('forged', { ...pool.take(1), orders: 1e9, seconds: 1, 'warm-up': 0 });
        forged.lines = (await lines(log)) - linesBefore;
        const polls = await measured('polls', { first: orders - 20_000, orders: 20_000, seconds });
        const pages = await measured('pages', { first: orders - 20_000, orders: 20_000, seconds: 1 });
        return { name, at: new Date().toISOString(), start: server.startSeconds, idle: idle.rss, peak: peak.peak,
            one, many, repeated, forged, polls, pages };
    } finally {
        await server.stop();
    }
}

async function lines(file) {
    const { readFile } = await import('node:fs/promises');
    return (await readFile(file, 'latin1')).split('\n').length;
}
