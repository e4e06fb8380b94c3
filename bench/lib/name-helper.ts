/** For `addInitScript`: tsx names functions by a helper, also those that run in the page. */
export const NAME_HELPER = 'globalThis.__name = (target) => target'
