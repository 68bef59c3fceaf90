// What the machine did while something was measured: our processes' CPU, everybody else's, and what the hypervisor took.
import { readFileSync, readdirSync } from 'node:fs';

const perSecond = 100; // USER_HZ, on every Linux we know

function processStat(pid) {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]));
    return { parent, ticks: user + system, gone: childUser + childSystem };
}

// CPU seconds of a process, with its children (a PostgreSQL backend is one), alive and gone.
export function cpuOf(pid) {
    let ticks = 0;
    try {
        const own = processStat(pid);
        ticks = own.ticks + own.gone;
        for (const name of readdirSync('/proc')) {
            if (!/^\d+$/.test(name)) continue;
            try {
                const child = processStat(name);
                if (child.parent === pid) ticks += child.ticks;
            } catch { /* it ended while we looked */ }
        }
    } catch { /* it ended */ }
    return ticks / perSecond;
}

export function memoryOf(pid) {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const megabytes = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]) / 1024;
    return { rss: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

// Bytes that a process caused to be written to the disk.
export function writtenBy(pid) {
    return Number(readFileSync(`/proc/${pid}/io`, 'latin1').match(/^write_bytes: (\d+)/m)[1]);
}

function totals() {
    const cpu = readFileSync('/proc/stat', 'latin1').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
    const [user, nice, system, idle, iowait, irq, softirq, steal] = cpu;
    return { busy: (user + nice + system + irq + softirq) / perSecond, steal: steal / perSecond,
        idle: (idle + iowait) / perSecond };
}

// Call it before and call what it returns after: cores of others' work and of steal, on average.
export function watch(pids) {
    const before = totals();
    const ours = () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
    const oursBefore = ours();
    const began = process.hrtime.bigint();
    return (childSeconds = 0) => {
        const seconds = Number(process.hrtime.bigint() - began) / 1e9;
        const after = totals();
        const own = ours() - oursBefore + childSeconds;
        return {
            seconds,
            own,
            others: Math.max(0, (after.busy - before.busy - own) / seconds),
            steal: (after.steal - before.steal) / seconds,
        };
    };
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
