// Command sheetprobe reads API details sheets, fires real requests at staging, and says where the two disagree.
package main

func main() {}
