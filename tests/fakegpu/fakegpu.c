// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCI host bridge in software with GPU functions on it, made so that
 * NVIDIA's real modules probe them. It owns that bus and the reserved memory
 * behind BAR0; it must not imitate a GPU beyond what probing looks at.
 *
 * BAR0 lies in memory taken from the kernel with memmap=64M$0x40000000 and
 * holds the identity registers. BAR1 and BAR3 have an address, nothing behind.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#define MAX_DEVICES	4
#define BAR0_SIZE	SZ_16M
#define BAR1_SIZE	SZ_256M
#define BAR3_SIZE	SZ_32M
#define BAR64_BASE	0x800000000ULL

#define PMC_BOOT_0	0x000
#define PMC_BOOT_1	0x004
#define PMC_BOOT_42	0xa00

#define CAP_PM		0x40
#define CAP_MSIX	0x50
#define CAP_EXP		0x60

static unsigned int ndev = 1;
module_param(ndev, uint, 0444);
MODULE_PARM_DESC(ndev, "number of GPUs, 1 to 4");

static int domain = 1;
module_param(domain, int, 0444);
MODULE_PARM_DESC(domain, "PCI domain of the bus");

static int busno = 0x41;
module_param(busno, int, 0444);
MODULE_PARM_DESC(busno, "number of the bus");

static ushort device = 0x2330;
module_param(device, ushort, 0444);
MODULE_PARM_DESC(device, "PCI device id (default: H100 80GB HBM3)");

static ulong bar0 = 0x40000000;
module_param(bar0, ulong, 0444);
MODULE_PARM_DESC(bar0, "address of the memory reserved with memmap=");

static uint boot0 = 0x180000a1;
module_param(boot0, uint, 0444);
MODULE_PARM_DESC(boot0, "PMC_BOOT_0 (default: GH100)");

static uint boot42 = 0x180a1000;
module_param(boot42, uint, 0444);
MODULE_PARM_DESC(boot42, "PMC_BOOT_42 (default: GH100)");

/* The PCI core serialises all access to a bus's configuration space. */
struct function {
	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];	/* bit set: a write changes it */
};

static struct function *functions;
static struct pci_sysdata sysdata = { .node = NUMA_NO_NODE };
static struct pci_bus *root_bus;

static struct resource window32 = {
	.name = "fakegpu 32-bit window",
	.flags = IORESOURCE_MEM,
};

static struct resource window64 = {
	.name = "fakegpu 64-bit window",
	.flags = IORESOURCE_MEM | IORESOURCE_PREFETCH | IORESOURCE_MEM_64,
};

static struct resource bus_range = {
	.name = "fakegpu bus",
	.flags = IORESOURCE_BUS,
};

static struct function *function_at(struct pci_bus *bus, unsigned int devfn)
{
	if (bus->number != busno || PCI_FUNC(devfn) || PCI_SLOT(devfn) >= ndev)
		return NULL;
	return &functions[PCI_SLOT(devfn)];
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *value)
{
	struct function *f = function_at(bus, devfn);
	int i;

	*value = 0;
	if (!f || where + size > PCI_CFG_SPACE_EXP_SIZE) {
		*value = ~0U;
		return PCIBIOS_DEVICE_NOT_FOUND;
	}
	for (i = 0; i < size; i++)
		*value |= (u32)f->config[where + i] << (8 * i);
	return PCIBIOS_SUCCESSFUL;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 value)
{
	struct function *f = function_at(bus, devfn);
	int i;

	if (!f || where + size > PCI_CFG_SPACE_EXP_SIZE)
		return PCIBIOS_DEVICE_NOT_FOUND;
	for (i = 0; i < size; i++) {
		u8 mask = f->writable[where + i];

		f->config[where + i] = (f->config[where + i] & ~mask) |
				       ((value >> (8 * i)) & mask);
	}
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = {
	.read = config_read,
	.write = config_write,
};

static void put16(u8 *space, int where, u16 value)
{
	space[where] = value;
	space[where + 1] = value >> 8;
}

static void put32(u8 *space, int where, u32 value)
{
	put16(space, where, value);
	put16(space, where + 2, value >> 16);
}

/* A BAR's address bits below its size cannot be written: that is its size. */
static void put_bar(struct function *f, int where, u64 base, u64 size, u32 type)
{
	put32(f->config, where, (u32)base | type);
	put32(f->writable, where, ~(u32)(size - 1));
	if (type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
		put32(f->config, where + 4, base >> 32);
		put32(f->writable, where + 4, ~0U);
	}
}

static void fill_capabilities(struct function *f)
{
	u8 *c = f->config;

	put16(c, PCI_STATUS, PCI_STATUS_CAP_LIST);
	c[PCI_CAPABILITY_LIST] = CAP_PM;

	c[CAP_PM] = PCI_CAP_ID_PM;
	c[CAP_PM + PCI_CAP_LIST_NEXT] = CAP_MSIX;
	put16(c, CAP_PM + PCI_PM_PMC, 3);
	put16(c, CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET);
	put16(f->writable, CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);

	c[CAP_MSIX] = PCI_CAP_ID_MSIX;
	c[CAP_MSIX + PCI_CAP_LIST_NEXT] = CAP_EXP;
	put16(c, CAP_MSIX + PCI_MSIX_FLAGS, 5);		/* six vectors */
	put16(f->writable, CAP_MSIX + PCI_MSIX_FLAGS,
	      PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	put32(c, CAP_MSIX + PCI_MSIX_TABLE, 0xb90000);	/* in BAR0 */
	put32(c, CAP_MSIX + PCI_MSIX_PBA, 0xba0000);

	c[CAP_EXP] = PCI_CAP_ID_EXP;
	put16(c, CAP_EXP + PCI_EXP_FLAGS, 2);		/* endpoint */
	put16(f->writable, CAP_EXP + PCI_EXP_DEVCTL, 0x7fff);
	put32(c, CAP_EXP + PCI_EXP_LNKCAP, 0x00000105);	/* 32 GT/s, x16 */
	put16(c, CAP_EXP + PCI_EXP_LNKSTA, 0x0105);
	put16(f->writable, CAP_EXP + PCI_EXP_LNKCTL, 0x0fff);
}

static void fill_function(struct function *f, unsigned int index)
{
	u8 *c = f->config;

	put16(c, PCI_VENDOR_ID, PCI_VENDOR_ID_NVIDIA);
	put16(c, PCI_DEVICE_ID, device);
	put16(f->writable, PCI_COMMAND, PCI_COMMAND_MEMORY |
	      PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
	c[PCI_REVISION_ID] = 0xa1;
	put16(c, PCI_CLASS_DEVICE, PCI_CLASS_DISPLAY_3D);
	put16(c, PCI_SUBSYSTEM_VENDOR_ID, PCI_VENDOR_ID_NVIDIA);
	put16(c, PCI_SUBSYSTEM_ID, device);
	put_bar(f, PCI_BASE_ADDRESS_0, bar0 + index * BAR0_SIZE, BAR0_SIZE,
		PCI_BASE_ADDRESS_MEM_TYPE_32);
	put_bar(f, PCI_BASE_ADDRESS_1,
		BAR64_BASE + (u64)index * BAR1_SIZE, BAR1_SIZE,
		PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	put_bar(f, PCI_BASE_ADDRESS_3,
		BAR64_BASE + (u64)MAX_DEVICES * BAR1_SIZE +
		(u64)index * BAR3_SIZE, BAR3_SIZE,
		PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	fill_capabilities(f);
}

/* Reserved, and not the kernel's: ioremap() of ordinary memory is a warning. */
static int fill_registers(unsigned int index)
{
	phys_addr_t base = bar0 + index * BAR0_SIZE;
	void __iomem *regs;
	bool kept;

	if (region_intersects(base, BAR0_SIZE, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT) {
		pr_err("%pa is the kernel's: boot with memmap=64M$0x%lx\n",
		       &base, bar0);
		return -EINVAL;
	}
	regs = ioremap(base, BAR0_SIZE);
	if (!regs)
		return -ENOMEM;
	memset_io(regs, 0, BAR0_SIZE);
	writel(boot0, regs + PMC_BOOT_0);
	writel(0, regs + PMC_BOOT_1);
	writel(boot42, regs + PMC_BOOT_42);
	kept = readl(regs + PMC_BOOT_42) == boot42;
	iounmap(regs);
	if (!kept) {
		pr_err("no memory at %pa: give the guest more\n", &base);
		return -ENODEV;
	}
	return 0;
}

/* The addresses are already in the BARs; the core only has to claim them. */
static int add_bus(void)
{
	LIST_HEAD(windows);
	struct pci_bus *bus;

	sysdata.domain = domain;
	bus_range.start = busno;
	bus_range.end = busno;
	window32.start = bar0;
	window32.end = bar0 + ndev * BAR0_SIZE - 1;
	window64.start = BAR64_BASE;
	window64.end = BAR64_BASE +
		       (u64)MAX_DEVICES * (BAR1_SIZE + BAR3_SIZE) - 1;
	pci_add_resource(&windows, &window32);
	pci_add_resource(&windows, &window64);
	pci_add_resource(&windows, &bus_range);

	pci_lock_rescan_remove();
	bus = pci_scan_root_bus(NULL, busno, &config_ops, &sysdata, &windows);
	if (bus) {
		pci_bus_claim_resources(bus);
		pci_bus_add_devices(bus);
	} else {
		pci_free_resource_list(&windows);
	}
	pci_unlock_rescan_remove();
	root_bus = bus;
	return bus ? 0 : -ENODEV;
}

static int __init fakegpu_init(void)
{
	unsigned int i;
	int ret;

	if (ndev < 1 || ndev > MAX_DEVICES)
		return -EINVAL;
	functions = kcalloc(ndev, sizeof(*functions), GFP_KERNEL);
	if (!functions)
		return -ENOMEM;
	for (i = 0; i < ndev; i++) {
		ret = fill_registers(i);
		if (ret)
			goto err_fill;
		fill_function(&functions[i], i);
	}
	ret = add_bus();
	if (ret)
		goto err_fill;
	return 0;

err_fill:
	kfree(functions);
	return ret;
}

static void __exit fakegpu_exit(void)
{
	pci_lock_rescan_remove();
	pci_stop_root_bus(root_bus);
	pci_remove_root_bus(root_bus);
	pci_unlock_rescan_remove();
	kfree(functions);
}

module_init(fakegpu_init);
module_exit(fakegpu_exit);
MODULE_DESCRIPTION("PCI functions that NVIDIA's modules probe");
MODULE_LICENSE("GPL");
