// Pages that wait for their order while a webhook for each comes in: how long until they are told.
import { cpuOf, memoryOf, watch } from './machine.mjs';
import { load } from './measure.mjs';
import { secret, start } from './servers.mjs';

export async function measureHeld({ root, binary, name, url, held, log, orders, databasePid }) {
    const server = await start({ root, name, url, log });
    try {
        const pids = databasePid ? [server.pid, databasePid] : [server.pid];
        // This process has the server and the load as its children.
        const seen = watch(databasePid ? [process.pid, databasePid] : [process.pid]);
        const before = cpuOf(server.pid);
        const result = await load(binary, 'held',
            { port: server.port, secret, first: 1, orders: orders - 1, held, rate: 1000, seconds: 10 });
        return { name, ...result, cpu: cpuOf(server.pid) - before, memory: memoryOf(server.pid), noise: seen() };
    } finally {
        await server.stop();
    }
}
