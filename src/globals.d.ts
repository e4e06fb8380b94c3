/** Whether this is the development build: checks, advice and longer texts. A constant when `dist` is built. */
declare const __DEV__: boolean
