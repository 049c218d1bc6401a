/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers and layouts of NVIDIA's char device interface, as far as gpuward decodes it: offsets
 * in bytes from the start of the struct. Nothing but numbers. Where a number does not hold for
 * every known branch, its name or comment says for which; "from 550" includes 550.
 */
#ifndef _GW_NV_ABI_H
#define _GW_NV_ABI_H

/* Request numbers on nvidiactl and GPU nodes: the driver looks at _IOC_NR and _IOC_SIZE only. */
#define NV_ESC_RM_ALLOC_MEMORY		0x27
#define NV_ESC_RM_ALLOC_OBJECT		0x28
#define NV_ESC_RM_FREE			0x29
#define NV_ESC_RM_CONTROL		0x2a
#define NV_ESC_RM_ALLOC			0x2b
#define NV_ESC_RM_DUP_OBJECT		0x34
#define NV_ESC_RM_SHARE			0x35
#define NV_ESC_RM_VID_HEAP_CONTROL	0x4a
#define NV_ESC_IOCTL_XFER_CMD		0xd3
#define NV_ESC_REGISTER_FD		0xc9
#define NV_ESC_EXPORT_TO_DMABUF_FD	0xd9
#define NV_ESC_NR_MAX			0xff

/* The indirect form: the driver takes any inner size up to this one. */
#define NV_XFER_SIZE			16
#define NV_XFER_CMD			0
#define NV_XFER_INNER_SIZE		4
#define NV_XFER_PTR			8
#define NV_XFER_INNER_SIZE_MAX		16384

/* NVOS00: RM_FREE */
#define NVOS00_SIZE			16
#define NVOS00_ROOT			0
#define NVOS00_OBJECT			8
#define NVOS00_STATUS			12

/* NVOS02 with a file descriptor behind it: RM_ALLOC_MEMORY */
#define NVOS02_FD_SIZE			56
#define NVOS02_CLASS			12
#define NVOS02_STATUS			40

/* NVOS05: RM_ALLOC_OBJECT */
#define NVOS05_SIZE			20
#define NVOS05_CLASS			12
#define NVOS05_STATUS			16

/*
 * NVOS21 and NVOS64: the two forms of RM_ALLOC, told apart by size. The first four fields are
 * those of NVOS05, too.
 */
#define NVOS21_SIZE			32
#define NVOS64_SIZE			48
#define NVOS21_ROOT			0
#define NVOS21_PARENT			4
#define NVOS21_OBJECT			8	/* 0: the driver picks one, and writes it here */
#define NVOS21_CLASS			12
#define NVOS21_ALLOC_PARMS		16
#define NVOS21_STATUS			28
#define NVOS64_FLAGS			36
#define NVOS64_FLAGS_FINN_SERIALIZED	(1u << 0)
#define NVOS64_STATUS			40

/* Parameters of NV01_DEVICE_0 */
#define NV0080_SIZE			56
#define NV0080_INSTANCE			0
#define NV0080_CLIENT_SHARE		4	/* whose addresses it shares; 0: the global ones */

/* NVOS54: RM_CONTROL */
#define NVOS54_SIZE			32
#define NVOS54_CLIENT			0
#define NVOS54_OBJECT			4
#define NVOS54_CMD			8
#define NVOS54_FLAGS			12
#define NVOS54_FLAGS_FINN_SERIALIZED	(1u << 2)
#define NVOS54_PARAMS			16
#define NVOS54_PARAMS_SIZE		24
#define NVOS54_STATUS			28

/* NVOS55: RM_DUP_OBJECT */
#define NVOS55_SIZE			28
#define NVOS55_CLIENT			0
#define NVOS55_PARENT			4
#define NVOS55_OBJECT			8	/* as in NVOS21 */
#define NVOS55_SRC_CLIENT		12
#define NVOS55_SRC_OBJECT		16
#define NVOS55_STATUS			24

/* NVOS57: RM_SHARE */
#define NVOS57_SIZE			24
#define NVOS57_CLIENT			0
#define NVOS57_OBJECT			4
#define NVOS57_STATUS			20

/* NVOS32: RM_VID_HEAP_CONTROL; behind the head a union that the function chooses */
#define NVOS32_SIZE			184
#define NVOS32_ROOT			0
#define NVOS32_PARENT			4
#define NVOS32_FUNCTION			8
#define NVOS32_STATUS			20
#define NVOS32_TOTAL			24	/* answers of INFO in bytes: these two, */
#define NVOS32_FREE			32
#define NVOS32_INFO_SIZE		56	/* and the largest region that is free */
#define NVOS32_ALLOC_MEMORY		44	/* the same in all three forms and in FREE */
#define NVOS32_ALLOC_FLAGS		52	/* the same in all three forms */
#define NVOS32_ALLOC_SIZE_ATTR		56
#define NVOS32_ALLOC_SIZE_SIZE		88
#define NVOS32_ALLOC_SIZE_ALIGNMENT	96
#define NVOS32_ALLOC_SIZE_ATTR2		144
#define NVOS32_ALLOC_PITCH_HEIGHT	56
#define NVOS32_ALLOC_PITCH_PITCH	60	/* signed, and multiplied as such */
#define NVOS32_ALLOC_PITCH_ATTR		64
#define NVOS32_ALLOC_PITCH_SIZE		88	/* written by the driver only */
#define NVOS32_ALLOC_PITCH_ALIGNMENT	96
#define NVOS32_ALLOC_PITCH_ATTR2	144
#define NVOS32_ALLOC_RANGE_ATTR		56
#define NVOS32_ALLOC_RANGE_SIZE		80
#define NVOS32_ALLOC_RANGE_ALIGNMENT	88
#define NVOS32_ALLOC_RANGE_ATTR2	136
#define NVOS32_ALLOC_END		148	/* of the last field above */

#define NVOS32_FUNCTION_ALLOC_SIZE		2
#define NVOS32_FUNCTION_FREE			3
#define NVOS32_FUNCTION_INFO			5
#define NVOS32_FUNCTION_ALLOC_PITCH		6
#define NVOS32_FUNCTION_ALLOC_RANGE		14
#define NVOS32_FUNCTION_REACQUIRE_COMPR		15
#define NVOS32_FUNCTION_RELEASE_COMPR		16
#define NVOS32_FUNCTION_GET_MEM_ALIGNMENT	18
#define NVOS32_FUNCTION_HW_ALLOC		19
#define NVOS32_FUNCTION_HW_FREE			20
#define NVOS32_FUNCTION_ALLOC_OS_DESCRIPTOR	27

/* Of heap allocations and of the memory classes' parameters alike. */
#define NVOS32_FLAGS_FIXED_ADDRESS	0x00000010u
#define NVOS32_FLAGS_HANDLE_PROVIDED	0x00004000u
#define NVOS32_FLAGS_VIRTUAL		0x00080000u
#define NVOS32_ATTR_COMPR_MASK		0x00003000u	/* all clear: none */
#define NVOS32_ATTR_PAGE_SIZE_SHIFT	23
#define NVOS32_ATTR_PAGE_SIZE_MASK	0x01800000u
#define NVOS32_PAGE_SIZE_DEFAULT	0
#define NVOS32_PAGE_SIZE_4K		1
#define NVOS32_PAGE_SIZE_BIG		2
#define NVOS32_PAGE_SIZE_HUGE		3
#define NVOS32_ATTR_LOCATION_MASK	0x06000000u	/* all clear: video memory */
#define NVOS32_ATTR2_HUGE_SHIFT		20
#define NVOS32_ATTR2_HUGE_MASK		0x00300000u
#define NVOS32_HUGE_512M		2
#define NVOS32_HUGE_256G		3
#define NVOS32_ATTR2_USE_EGM		0x01000000u	/* from 550 up to 590 */
#define NVOS32_EGM_FIRST		550
#define NVOS32_EGM_LAST			590

/* Classes */
#define NV01_ROOT			0x00	/* a client, like the next and 0x41 */
#define NV01_ROOT_NON_PRIV		0x01
#define NV01_EVENT			0x05
#define NV01_MEMORY_SYSTEM		0x3e
#define NV01_MEMORY_LOCAL_PRIVILEGED	0x3f
#define NV01_MEMORY_LOCAL_USER		0x40
#define NV01_ROOT_CLIENT		0x41
#define NV_MEMORY_EXTENDED_USER		0x42	/* up to 590 */
#define NV_CE_UTILS			0x50
#define NV01_MEMORY_SYSTEM_DYNAMIC	0x70
#define NV01_MEMORY_SYSTEM_OS_DESCRIPTOR 0x71
#define NV01_MEMORY_FRAMEBUFFER_CONSOLE	0x76
#define NV01_EVENT_OS_EVENT		0x79
#define NV01_DEVICE_0			0x80
#define NV01_MEMORY_LIST_SYSTEM		0x81
#define NV01_MEMORY_LIST_FBMEM		0x82
#define NV01_MEMORY_LIST_OBJECT		0x83
#define NV01_MEMORY_HW_RESOURCES	0xb1
#define NV01_MEMORY_LOCAL_PHYSICAL	0xc2
#define RM_USER_SHARED_DATA		0xde
#define RM_USER_SHARED_DATA_TELLS	550	/* from here on, of the GPU's memory */
#define NV_MEMORY_EXPORT		0xe0	/* from 550 */
#define NV01_MEMORY_FLA			0xf3	/* up to 580 */
#define NV_MEMORY_FABRIC		0xf8
#define NV_MEMORY_FABRIC_IMPORT_V2	0xf9	/* from 550 */
#define NV_MEMORY_FABRIC_IMPORTED_REF	0xfb	/* from 550 */
#define NV_MEMORY_MULTICAST_FABRIC	0xfd
#define NV_MEMORY_MAPPER		0xfe
#define NV20_SUBDEVICE_0		0x2080
#define NV50_MEMORY_VIRTUAL		0x50a0
#define KEPLER_CHANNEL_GROUP_A		0xa06c
#define FERMI_VASPACE_A			0x90f1
#define MMU_VIDMEM_ACCESS_BIT_BUFFER	0xc763
#define HOPPER_MMU_VIDMEM_ACCESS_BIT_BUFFER 0xc863	/* from 580 */

/*
 * Every generation's channel ends in 6f: 906f Fermi, a06f and a16f Kepler, b06f Maxwell, c06f
 * Pascal, c36f Volta, c46f Turing, c56f Ampere, c86f Hopper, c96f and ca6f Blackwell. No other
 * class does, in any branch from 535 to 595.
 */
#define NV_CHANNEL_GPFIFO		0x006f
#define NV_CHANNEL_GPFIFO_MASK		0xffff00ffu

/*
 * Parameters of classes, by their size alone where nothing in them is read. The driver copies as
 * many bytes as the class has in its branch, whatever the caller says.
 */
#define NV01_ROOT_PARAMS_SIZE		4
#define NV2080_PARAMS_SIZE		4
#define NV0005_PARAMS_SIZE		24
#define NV0005_CLIENT			0	/* of the object whose events it is for; 0: its own */
#define NV_CHANNEL_GROUP_PARAMS_SIZE	20
#define NV_CHANNEL_GROUP_VASPACE	8	/* handle of the address space; 0: the device's */
#define NV_CHANNEL_PARAMS_SIZE_535	360	/* 304 in 535.43.02 and 535.54.03 */
#define NV_CHANNEL_VASPACE		28	/* likewise; 0: also the group's */
#define NV_CHANNEL_PARAMS_SIZE_570	368
#define NV_CHANNEL_PARAMS_SIZE_610	376
#define NV00F8_PARAMS_SIZE		48
#define NV00F8_VIDMEM			40	/* handle of the memory, in the same client */
#define NV00FD_PARAMS_SIZE_535		40
#define NV00FD_PARAMS_SIZE_545		80
#define NV00FD_FLAGS_545		60
#define NV00FD_FLAGS_590		64
#define NV00FD_FLAGS_USE_EXPORT_PACKET	(1u << 0)
#define NV_MEMORY_PARAMS_SIZE_535	120
#define NV_MEMORY_PARAMS_SIZE_545	128
#define NV_MEMORY_PARAMS_FLAGS		8
#define NV_MEMORY_PARAMS_ATTR		24
#define NV_MEMORY_PARAMS_ATTR2		28
#define NV_MEMORY_PARAMS_SIZE		64
#define NV_MEMORY_PARAMS_ALIGNMENT	72

/* Controls on a client: what is parked on a control file, and taken from it. */
#define NV0000_CTRL_CMD_CLIENT_SET_INHERITED_SHARE_POLICY	0xd04
#define NV0000_CTRL_CMD_CLIENT_SHARE_OBJECT		0xd06
#define NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD	0x3d05
#define NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD	0x3d06
#define NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECTS_TO_FD	0x3d0b
#define NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD	0x3d0c
#define NV0000_SHARE_POLICY_SIZE	12	/* of the whole client */
#define NV0000_SHARE_OBJECT_SIZE	16
#define NV0000_SHARE_OBJECT_OBJECT	0
#define NV0000_EXPORT_SIZE		24
#define NV0000_EXPORT_OBJECT		12
#define NV0000_EXPORT_FD		16
#define NV0000_IMPORT_SIZE		20
#define NV0000_IMPORT_FD		0
#define NV0000_IMPORT_PARENT		12
#define NV0000_IMPORT_OBJECT		16
#define NV0000_EXPORTS_SIZE		2128
#define NV0000_EXPORTS_FD		0
#define NV0000_EXPORTS_OBJECTS		76
#define NV0000_EXPORTS_MAX		512
#define NV0000_EXPORTS_COUNT		2124	/* 16 bits, as the next */
#define NV0000_EXPORTS_INDEX		2126
#define NV0000_IMPORTS_SIZE		652
#define NV0000_IMPORTS_FD		0
#define NV0000_IMPORTS_PARENT		4
#define NV0000_IMPORTS_OBJECTS		8
#define NV0000_IMPORTS_MAX		128
#define NV0000_IMPORTS_COUNT		648	/* 16 bits, as the next */
#define NV0000_IMPORTS_INDEX		650

/* Controls on what stands for memory. */
#define NV00E0_CTRL_CMD_EXPORT_MEM	0xe00101	/* from 550, as the next */
#define NV00E0_CTRL_CMD_IMPORT_MEM	0xe00102
#define NV00F8_CTRL_CMD_ATTACH_MEM	0xf80103
#define NV00FD_CTRL_CMD_ATTACH_MEM	0xfd0102
#define NV00FD_CTRL_CMD_DETACH_MEM	0xfd0105
#define NV00FD_ATTACH_MEM_SIZE		40
#define NV00FD_ATTACH_MEM_MEMORY	4
#define NV00FD_ATTACH_MEM_OFFSET	8
#define NV00FD_DETACH_MEM_SIZE		24
#define NV00FD_DETACH_MEM_SUBDEVICE	0
#define NV00FD_DETACH_MEM_OFFSET	8

/* Controls that name a client besides the caller's, and where in their parameters. */
#define NV2080_CTRL_CMD_GPU_EXEC_REG_OPS	0x20800122
#define NV2080_CTRL_CMD_GPU_MIGRATABLE_OPS	0x208001a6
#define NV2080_CTRL_CMD_FIFO_DISABLE_CHANNELS	0x2080110b
#define NV2080_CTRL_CMD_FIFO_DISABLE_FOR_KEYS	0x2080111a	/* ..CHANNELS_FOR_KEY_ROTATION, from 550 */
#define NV2080_CTRL_CMD_GR_CTXSW_ZCULL_BIND	0x20801208
#define NV2080_CTRL_CMD_GR_CTXSW_PM_BIND	0x20801209
#define NV2080_CTRL_CMD_GR_CTXSW_PREEMPTION_BIND 0x20801211
#define NV2080_CTRL_CMD_GR_CTXSW_SETUP_BIND	0x2080123a	/* from 550 */
#define NV208F_CTRL_CMD_FIFO_GET_CHANNEL_STATE	0x208f0403
#define NV2080_NAMES_CLIENT			0
#define NV2080_PREEMPTION_BIND_CLIENT		4
#define NV2080_DISABLE_COUNT			4
#define NV2080_DISABLE_CLIENTS			24
#define NV2080_DISABLE_FOR_KEYS_COUNT		0
#define NV2080_DISABLE_FOR_KEYS_CLIENTS		4
#define NV2080_DISABLE_MAX			64
#define NV208F_CHANNEL_STATE_CLIENT		4
#define NV2080_NAMES_SIZE_MAX			4096	/* more than any of them has */

/* Controls that tell of memory and of processes. */
#define NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO	0xb03
#define NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS	0xb04
#define NV2080_CTRL_CMD_GPU_GET_PIDS	0x2080018d
#define NV2080_CTRL_CMD_GPU_GET_PID_INFO	0x2080018e
#define NV2080_CTRL_CMD_FB_GET_INFO	0x20801301
#define NV2080_CTRL_CMD_PERF_GET_UTIL_SAMPLES	0x20802096	/* ..GPUMON_PERFMON_UTIL_SAMPLES_V2 */
#define NV2080_CTRL_CMD_FB_GET_INFO_V2	0x20801303
#define NV0000_ACCT_INFO_SIZE		48
#define NV0000_ACCT_INFO_PID		4
#define NV0000_ACCT_INFO_DATA		12	/* up to the end */
#define NV0000_ACCT_PIDS_SIZE		16012
#define NV0000_ACCT_PIDS_LIST		8
#define NV0000_ACCT_PIDS_MAX		4000
#define NV0000_ACCT_PIDS_COUNT		16008
#define NV2080_PIDS_SIZE		3812
#define NV2080_PIDS_COUNT		8
#define NV2080_PIDS_LIST		12
#define NV2080_PIDS_MAX			950
#define NV2080_PID_INFO_SIZE		14408
#define NV2080_PID_INFO_COUNT		0
#define NV2080_PID_INFO_LIST		8
#define NV2080_PID_INFO_MAX		200
#define NV2080_PID_INFO_STEP		72
#define NV2080_PID_INFO_PID		0	/* in an entry, as the next four */
#define NV2080_PID_INFO_DATA		16
#define NV2080_PID_INFO_DATA_SIZE	48
#define NV2080_PID_INFO_SMC		64	/* instances; all ones: none */
#define NV2080_UTIL_SIZE_535		34000	/* samples of 472, 704, 776 bytes */
#define NV2080_UTIL_SIZE_550		50704
#define NV2080_UTIL_SIZE_570		55888
#define NV2080_UTIL_LIST		16
#define NV2080_UTIL_MAX			72	/* samples */
#define NV2080_UTIL_ENGINES		8	/* in a sample, of 116 or (from 570) 128 bytes each */
#define NV2080_UTIL_STEP_535		116
#define NV2080_UTIL_STEP_570		128
#define NV2080_UTIL_BUSY		0	/* in an engine, as the next four */
#define NV2080_UTIL_PID			8	/* all ones: none */
#define NV2080_UTIL_GUEST_PID		12	/* ditto */
#define NV2080_UTIL_GUEST_NAME		16	/* to 116 */
#define NV2080_UTIL_PID_STRUCT		120	/* from 570: the kernel's own; 0: pid is the caller's */
#define NV2080_FB_INFO_SIZE		16
#define NV2080_FB_INFO_COUNT		0	/* in both versions */
#define NV2080_FB_INFO_PTR		8
#define NV2080_FB_INFO_V2_LIST		4
#define NV2080_FB_INFO_STEP		8
#define NV2080_FB_INFO_MAX		128	/* entries: fewer in the driver up to 575 */
#define NV2080_FB_INFO_INDEX		0	/* in an entry, as the next */
#define NV2080_FB_INFO_DATA		4

/* What an entry of FB_GET_INFO is about; sizes are in KiB. */
#define NV_FB_BAR1_SIZE			0x05
#define NV_FB_RAM_SIZE			0x07
#define NV_FB_TOTAL_RAM_SIZE		0x08
#define NV_FB_HEAP_SIZE			0x09
#define NV_FB_MAPPABLE_HEAP_SIZE	0x0a
#define NV_FB_LARGEST_FREE		0x12
#define NV_FB_LARGEST_FREE_BASE		0x13
#define NV_FB_HEAP_FREE			0x16
#define NV_FB_USABLE_RAM_SIZE		0x20
#define NV_FB_PROTECTED_TOTAL		0x33
#define NV_FB_PROTECTED_FREE		0x34

/* EXPORT_TO_DMABUF_FD */
#define NV_DMABUF_SIZE_535		2600
#define NV_DMABUF_SIZE_570		2608
#define NV_DMABUF_FD			0
#define NV_DMABUF_CLIENT		4
#define NV_DMABUF_COUNT			12
#define NV_DMABUF_MAX			128
#define NV_DMABUF_HANDLES_535		32
#define NV_DMABUF_STATUS_535		2592
#define NV_DMABUF_HANDLES_570		36
#define NV_DMABUF_STATUS_570		2600

/* Requests of nvidia-uvm: whole numbers, no _IOC coding */
#define UVM_INITIALIZE			0x30000001
#define UVM_DEINITIALIZE		0x30000002
#define UVM_REGISTER_GPU_VASPACE	25
#define UVM_REGISTER_CHANNEL		27
#define UVM_MAP_EXTERNAL_ALLOCATION	33
#define UVM_ALLOC_DEVICE_P2P		78	/* from 570 */
#define UVM_DISCARD			80	/* the highest one in use up to 595 */
#define UVM_IS_8_SUPPORTED		2047

/* Flags of UVM_INITIALIZE (uvm_types.h) */
#define UVM_INIT_FLAGS_DISABLE_HMM	0x1
#define UVM_INIT_FLAGS_MULTI_PROCESS	0x2

struct gw_uvm_initialize {
	u64 flags;
	u32 status;
	u32 pad;
};

#endif /* _GW_NV_ABI_H */
