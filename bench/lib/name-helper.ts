/** For `addInitScript`: tsx names functions with a helper, also those that go into the page. */
export const NAME_HELPER = 'globalThis.__name = (target) => target'
