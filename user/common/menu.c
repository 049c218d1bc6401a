// SPDX-License-Identifier: GPL-2.0-only
/*
 * menu.c - choosing from a list on a terminal or through a pipe, and what is in the way of a
 * choice.
 */
#include "menu.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *menu_ask(const char *what, char line[MENU_LINE_LEN])
{
	char *choice;

	printf("\nSelection (%s, q, Q): ", what);
	fflush(stdout);
	if (!fgets(line, MENU_LINE_LEN, stdin)) {
		putchar('\n');
		return NULL;
	}
	/* On a terminal the user's own return key ended the line. */
	if (!isatty(STDIN_FILENO))
		putchar('\n');
	fflush(stdout);		/* before what goes to stderr */
	choice = line + strspn(line, " \t");
	choice[strcspn(choice, " \t\r\n")] = '\0';
	return strcmp(choice, "q") && strcmp(choice, "Q") ? choice : NULL;
}

unsigned int menu_models(const struct gpuward_model_info *models)
{
	const struct gpuward_model_info *model;
	unsigned int nr = 0;

	for (model = models; model; model = model->next) {
		char *name = text_escape(model->name);

		printf("%u. %s%s\n", ++nr, name ?: "", model->is_current ? " *" : "");
		free(name);
	}
	return nr;
}

const struct gpuward_model_info *menu_find_model(const struct gpuward_model_info *models,
						 const char *choice)
{
	const struct gpuward_model_info *model;
	unsigned long number;
	char *end;

	for (model = models; model; model = model->next)
		if (!strcmp(model->name, choice))
			return model;
	if (choice[0] < '0' || choice[0] > '9')
		return NULL;
	number = strtoul(choice, &end, 10);
	if (*end || !number)
		return NULL;
	for (model = models; model && --number; model = model->next)
		;
	return model;
}

static const char *busy_reason(const struct gpuward_job_info *job)
{
	switch (job->state) {
	case 0:
		return "has it open:";
	case GPUWARD_JOB_PLACING:
	case GPUWARD_JOB_WAITING:
		return "waits for it:";
	default:
		return "runs on it:";
	}
}

int menu_busy(struct tool *tool, const struct gpuward_job_info *job, const char *then)
{
	char *command = text_escape(job->command);

	fprintf(stderr, "%s: " DEFAULT_BRAND " is in use: a program %s\n", tool->program,
		busy_reason(job));
	if (job->pid)
		fprintf(stderr, "  (pid: %u) %s\n", job->pid, command ?: "");
	else
		fprintf(stderr, "  (in another pid namespace) %s\n", command ?: "");
	fputs(then, stderr);
	if (job->state)		/* a file that is only open is not ended by a reset */
		fprintf(stderr, " To end it now: gpuward-smi --reset -i %u", job->accel);
	fputc('\n', stderr);
	free(command);
	return EXIT_BUSY;
}
