// The setup of tests in a browser, where vitest replaces no constant in the source: the development build.
Object.assign(globalThis, { __DEV__: true })
