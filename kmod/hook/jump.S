/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calling a function of another module that nobody calls through a pointer: a processor with IBT
 * wants an ENDBR there, which the module loader has taken away. A return goes anywhere.
 * Owns nothing; the sixth argument is the function, the others are its own.
 */
#include <linux/linkage.h>
#include <asm/unwind_hints.h>

SYM_FUNC_START(gw_hook_jump)
	pushq	%r9
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(gw_hook_jump)
