import process from "node:process";
// src/lib/cpu-time.ts
/** The CPU time that the process has taken, in ms. Unlike a clock's it leaves out what others do on the machine. */
function cpuTime() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e3;
}
export { cpuTime as t };

//# sourceMappingURL=cpu-time.js.map