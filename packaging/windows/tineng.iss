; The Windows installer, for Inno Setup 6: ISCC /DVersion=1.0.0 tineng.iss, run by packaging/build.py.
; For the signed-in person only, so that no administrator is asked. An upgrade goes over the old version in place.
#ifndef Version
  #error Version is not given: ISCC /DVersion=...
#endif
#define Root "..\.."

[Setup]
AppId={{7C0C5A3E-6D0B-4E7B-9E51-2B9E4C5D8F10}
AppName=提能申报
AppVersion={#Version}
AppVerName=提能申报 {#Version}
DefaultDirName={localappdata}\Programs\tineng
DisableDirPage=auto
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputBaseFilename=tineng-{#Version}-setup
SetupIconFile={#Root}\resources\icons\tineng.ico
UninstallDisplayIcon={app}\tinengw.exe
UninstallDisplayName=提能申报
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no

[Languages]
; The words that ours does not have stay English: Inno Setup comes without Chinese.
Name: "zh"; MessagesFile: "compiler:Default.isl,ChineseSimplified.isl"

[Tasks]
Name: "desktopicon"; Description: "在桌面上放一个图标"; Flags: unchecked

[InstallDelete]
; What an older version had and this one does not must not be loaded. The drafts lie elsewhere.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\dist\tineng\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{userprograms}\提能申报"; Filename: "{app}\tinengw.exe"
Name: "{userprograms}\提能申报 自检"; Filename: "{cmd}"; Parameters: "/k """"{app}\tineng.exe"" --self-test"""; IconFilename: "{app}\tinengw.exe"
Name: "{userdesktop}\提能申报"; Filename: "{app}\tinengw.exe"; Tasks: desktopicon

[Registry]
; A double click on .tineng opens the program; for .json and .zip, which belong to others, it is offered under "open with".
Root: HKCU; Subkey: "Software\Classes\tineng.draft"; ValueType: string; ValueData: "科协项目申报数据"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\tineng.draft\DefaultIcon"; ValueType: string; ValueData: "{app}\tinengw.exe,0"
Root: HKCU; Subkey: "Software\Classes\tineng.draft\shell\open\command"; ValueType: string; ValueData: """{app}\tinengw.exe"" ""%1"""
Root: HKCU; Subkey: "Software\Classes\.tineng"; ValueType: string; ValueData: "tineng.draft"; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\.json\OpenWithProgids"; ValueType: string; ValueName: "tineng.draft"; ValueData: ""; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\.zip\OpenWithProgids"; ValueType: string; ValueName: "tineng.draft"; ValueData: ""; Flags: uninsdeletevalue

[Run]
Filename: "{app}\tinengw.exe"; Description: "打开提能申报"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Drafts: String;
begin
  if (CurUninstallStep <> usPostUninstall) or UninstallSilent then
    Exit;
  { The same folder as app/paths.py: platformdirs' user data of "tineng", local to this machine. }
  Drafts := ExpandConstant('{localappdata}\tineng');
  if DirExists(Drafts) then
    if MsgBox('您填写的申报还保存在这台电脑上。' + #13#10 + '要把它们也一起删除吗？删除后无法恢复。' + #13#10#13#10 +
      '选“否”就留着，重新安装后可以继续填写。', mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES then
      DelTree(Drafts, True, True, True);
end;
