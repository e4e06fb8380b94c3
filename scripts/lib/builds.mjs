// What tells the two builds of the client apart: the constant of src/globals.d.ts, as bundlers and vitest replace it.

export const DEVELOPMENT = { __DEV__: 'true' }
export const PRODUCTION = { __DEV__: 'false' }
