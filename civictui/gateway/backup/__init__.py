"""Back-ups of the gateway's folder: one sealed file, taken while it serves or stands still.

container  the file: a header, and a sealed stream of items
contents   what of the folder is in it, and in which order
snapshot   a record log as it was at one moment, while others write it
taking     a folder into a file
putting    a file into a new folder, or only looked through
new_folder the folder while it is filled, and its name when it is whole
"""
