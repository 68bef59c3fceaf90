// Webhooks that arrive while a commit is under way share the next one.
export class GroupCommit {
    #store;
    #waiting = [];
    #busy = false;

    constructor(store) { this.#store = store; }

    add(news) {
        return new Promise((resolve, reject) => {
            this.#waiting.push({ news, resolve, reject });
            if (!this.#busy) {
                this.#busy = true;
                // After this turn's requests were read.
                setImmediate(() => this.#commit());
            }
        });
    }

    async #commit() {
        while (this.#waiting.length > 0) {
            const group = this.#waiting.splice(0, 128);
            try {
                await this.#store.applyGroup(group.map((one) => one.news));
                for (const one of group) one.resolve();
            } catch (error) {
                for (const one of group) one.reject(error);
            }
            // Lets the answers out and the next requests in.
            await new Promise((resolve) => setImmediate(resolve));
        }
        this.#busy = false;
    }
}
