package gen

// IsAtLeastV0_1 is mentioned by generated code that needs this version of the runtime, so
// that an older runtime fails to compile beside it rather than misbehave.
const IsAtLeastV0_1 = true
