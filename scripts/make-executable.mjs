// The built entry is a bin: npm sets the mode when it links one, a plain checkout does not.
import { chmodSync, existsSync } from "node:fs";

for (const file of ["dist/cli/main.js"]) if (existsSync(file)) chmodSync(file, 0o755);
