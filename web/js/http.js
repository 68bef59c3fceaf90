// Requests to our own server.

const open = new Map();

/** Sends; answers once with a status (0: none came) and the body. */
export function send(id, { path, post, key, device, body, outlivesPage, timeout }, answer) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout);
    open.set(id, controller);
    const headers = { "X-Chukta-Device": device, Accept: "application/json" };
    if (key) headers["Idempotency-Key"] = key;
    if (body) headers["Content-Type"] = "application/json";
    const done = (status, text) => {
        clearTimeout(timer);
        if (open.delete(id)) answer(status, text);
    };
    fetch(path, {
        method: post ? "POST" : "GET",
        headers,
        body: post ? body : undefined,
        cache: "no-store",
        credentials: "same-origin",
        keepalive: outlivesPage,
        signal: controller.signal,
    })
        .then((reply) => reply.text().then((text) => done(reply.status, text)))
        .catch(() => done(0, ""));
}

/** Gives a request up; its answer is not reported. */
export function abort(id) {
    const controller = open.get(id);
    open.delete(id);
    controller?.abort();
}
