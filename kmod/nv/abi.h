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
#define NV_ESC_RM_CONTROL		0x2a
#define NV_ESC_RM_ALLOC			0x2b
#define NV_ESC_RM_VID_HEAP_CONTROL	0x4a
#define NV_ESC_IOCTL_XFER_CMD		0xd3
#define NV_ESC_NR_MAX			0xff

/* The indirect form: the driver takes any inner size up to this one. */
#define NV_XFER_SIZE			16
#define NV_XFER_CMD			0
#define NV_XFER_INNER_SIZE		4
#define NV_XFER_PTR			8
#define NV_XFER_INNER_SIZE_MAX		16384

/* NVOS02 with a file descriptor behind it: RM_ALLOC_MEMORY */
#define NVOS02_FD_SIZE			56
#define NVOS02_CLASS			12

/* NVOS05: RM_ALLOC_OBJECT */
#define NVOS05_SIZE			20
#define NVOS05_CLASS			12

/* NVOS21 and NVOS64: the two forms of RM_ALLOC, told apart by size */
#define NVOS21_SIZE			32
#define NVOS64_SIZE			48
#define NVOS21_CLASS			12
#define NVOS21_ALLOC_PARMS		16
#define NVOS64_FLAGS			36
#define NVOS64_FLAGS_FINN_SERIALIZED	(1u << 0)

/* Parameters of NV01_DEVICE_0 */
#define NV0080_SIZE			56
#define NV0080_INSTANCE			0

/* NVOS54: RM_CONTROL */
#define NVOS54_SIZE			32
#define NVOS54_CMD			8

/* NVOS32: RM_VID_HEAP_CONTROL; behind the head a union that the function chooses */
#define NVOS32_SIZE			184
#define NVOS32_FUNCTION			8
#define NVOS32_ALLOC_FLAGS		52	/* the same in all three forms */
#define NVOS32_ALLOC_SIZE_ATTR		56
#define NVOS32_ALLOC_SIZE_ATTR2		144
#define NVOS32_ALLOC_PITCH_ATTR		64
#define NVOS32_ALLOC_PITCH_ATTR2	144
#define NVOS32_ALLOC_RANGE_ATTR		56
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

#define NVOS32_FLAGS_VIRTUAL		0x00080000u
#define NVOS32_ATTR_LOCATION_MASK	0x06000000u	/* all clear: video memory */
#define NVOS32_ATTR2_USE_EGM		0x01000000u	/* from 550 up to 590 */
#define NVOS32_EGM_FIRST		550
#define NVOS32_EGM_LAST			590

/* Classes */
#define NV01_MEMORY_SYSTEM		0x3e
#define NV01_MEMORY_LOCAL_PRIVILEGED	0x3f
#define NV01_MEMORY_LOCAL_USER		0x40
#define NV_MEMORY_EXTENDED_USER		0x42	/* up to 590 */
#define NV_CE_UTILS			0x50
#define NV01_MEMORY_SYSTEM_DYNAMIC	0x70
#define NV01_MEMORY_SYSTEM_OS_DESCRIPTOR 0x71
#define NV01_MEMORY_FRAMEBUFFER_CONSOLE	0x76
#define NV01_DEVICE_0			0x80
#define NV01_MEMORY_LIST_SYSTEM		0x81
#define NV01_MEMORY_LIST_FBMEM		0x82
#define NV01_MEMORY_LIST_OBJECT		0x83
#define NV01_MEMORY_HW_RESOURCES	0xb1
#define NV01_MEMORY_LOCAL_PHYSICAL	0xc2
#define NV_MEMORY_EXPORT		0xe0	/* from 550 */
#define NV01_MEMORY_FLA			0xf3	/* up to 580 */
#define NV_MEMORY_FABRIC		0xf8
#define NV_MEMORY_FABRIC_IMPORT_V2	0xf9	/* from 550 */
#define NV_MEMORY_FABRIC_IMPORTED_REF	0xfb	/* from 550 */
#define NV_MEMORY_MULTICAST_FABRIC	0xfd
#define NV_MEMORY_MAPPER		0xfe
#define NV50_MEMORY_VIRTUAL		0x50a0
#define KEPLER_CHANNEL_GROUP_A		0xa06c
#define MMU_VIDMEM_ACCESS_BIT_BUFFER	0xc763
#define HOPPER_MMU_VIDMEM_ACCESS_BIT_BUFFER 0xc863	/* from 580 */

/*
 * Every generation's channel ends in 6f: 906f Fermi, a06f and a16f Kepler, b06f Maxwell, c06f
 * Pascal, c36f Volta, c46f Turing, c56f Ampere, c86f Hopper, c96f and ca6f Blackwell. No other
 * class does, in any branch from 535 to 595.
 */
#define NV_CHANNEL_GPFIFO		0x006f
#define NV_CHANNEL_GPFIFO_MASK		0xffff00ffu

/* Controls that bring another client's objects into the caller's */
#define NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD	0x3d06
#define NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD	0x3d0c

/* Requests of nvidia-uvm: whole numbers, no _IOC coding */
#define UVM_INITIALIZE			0x30000001
#define UVM_DEINITIALIZE		0x30000002
#define UVM_REGISTER_GPU_VASPACE	25
#define UVM_REGISTER_CHANNEL		27
#define UVM_MAP_EXTERNAL_ALLOCATION	33
#define UVM_ALLOC_DEVICE_P2P		78	/* from 570 */
#define UVM_DISCARD			80	/* the highest one in use up to 595 */
#define UVM_IS_8_SUPPORTED		2047

#endif /* _GW_NV_ABI_H */
